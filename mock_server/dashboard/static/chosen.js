/** The job that is shown in full, with what was asked about it. */

const MOST_REQUESTS = "1000";

export class Chosen {
  id = null;
  #job = null;
  #asked = [];
  #detail;
  #jobs;

  /** Show it in *detail*, and marked in the list of *jobs*. */
  constructor(detail, jobs) {
    this.#detail = detail;
    this.#jobs = jobs;
  }

  /** Choose the job with the id, null for none; it is shown once it was read. */
  name(id) {
    if (id !== this.id) this.#asked = [];
    this.id = id;
    this.#jobs.mark(id);
    if (id === null) this.#detail.hide();
  }

  /** Read the job and what was asked about it; choose none where there is no such job. */
  async read(api) {
    const id = this.id;
    if (id === null) return;
    try {
      const [job, requests] = await Promise.all([
        api.get(`jobs/${encodeURIComponent(id)}`),
        api.get("requests", { job_id: id, limit: MOST_REQUESTS }),
      ]);
      if (id !== this.id) return;
      this.#asked = requests.data.reverse();
      this.#show(job);
    } catch (error) {
      if (error.status !== 404) throw error;
      if (id === this.id) this.name(null);
    }
  }

  /** Take notice of how a job stands now. */
  job(job) {
    if (job.job_id === this.id) this.#show(job);
  }

  /** Take notice of a request. */
  request(entry) {
    if (this.id === null || entry.job_id !== this.id) return;
    if (this.#asked.some(({ id }) => id === entry.id)) return;
    this.#asked.push(entry);
    if (this.#job?.job_id === this.id) this.#show(this.#job);
  }

  tick() {
    this.#detail.tick();
  }

  focus() {
    this.#detail.focus();
  }

  #show(job) {
    this.#job = job;
    this.#detail.show(job, this.#asked);
  }
}
