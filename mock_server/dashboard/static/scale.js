/** A linear scale and the round numbers on it. */

const STEPS = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400,
];

export class Scale {
  /** Map moments from *from* to *to* to pixels from *left* to *right*. */
  constructor(from, to, left, right) {
    Object.assign(this, { from, to, left, right });
    this.ratio = (right - left) / Math.max(to - from, 1);
  }

  x(at) {
    return this.left + (at - this.from) * this.ratio;
  }

  /** Return lengths of time since the beginning, in milliseconds, at least *apart* pixels from each other. */
  ticks(apart) {
    const wanted = apart / this.ratio;
    const step = niceStep(wanted / 1000) * 1000;
    const count = Math.floor((this.to - this.from) / step);
    return Array.from({ length: count + 1 }, (_, index) => index * step);
  }
}

/** Return the smallest round number of seconds that is at least *seconds*. */
function niceStep(seconds) {
  if (seconds <= 1) return niceNumber(seconds);
  return STEPS.find((step) => step >= seconds) ?? niceNumber(seconds / 86_400) * 86_400;
}

/** Return the smallest of *factors* and their tenfolds that is at least *number*. */
export function niceNumber(number, factors = [1, 2, 5, 10]) {
  const power = 10 ** Math.floor(Math.log10(Math.max(number, 1e-9)));
  return power * factors.find((factor) => factor * power >= number * 0.9999);
}
