/** Where the page is: the account and the job in its address, so that a link leads back to them. */

const ACCOUNT_KEPT_AS = "wan-mock-account";
const NAME = /^[\w-]{1,64}$/;

/** Return the account and the job that the address names, null for none; the calls of /_mock name an account by the query. */
export function place() {
  const named = new URLSearchParams(location.hash.slice(1));
  const accounts = [
    named.get("account"),
    new URLSearchParams(location.search).get("account"),
    sessionStorage.getItem(ACCOUNT_KEPT_AS),
  ];
  // Anybody can make a link, and the account goes into code that people copy.
  const account = accounts.find((name) => NAME.test(name ?? "")) ?? null;
  return { account, job: named.get("job") };
}

/** Make the address name the account and the job, null for none. */
export function settle(account, job) {
  sessionStorage.setItem(ACCOUNT_KEPT_AS, account);
  const named = new URLSearchParams({ account, ...(job ? { job } : {}) });
  history.replaceState(null, "", `#${named}`);
  document.title = `${account} – wan-mock`;
}
