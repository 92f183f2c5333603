/** Where the page is: the account and the job in its address, so that a link leads back to them. */

const ACCOUNT_KEPT_AS = "wan-mock-account";

/** Return the account and the job that the address names, null for none; the calls of /_mock name an account by the query. */
export function place() {
  const named = new URLSearchParams(location.hash.slice(1));
  const asked = new URLSearchParams(location.search).get("account");
  const account = named.get("account") || asked || sessionStorage.getItem(ACCOUNT_KEPT_AS);
  return { account, job: named.get("job") };
}

/** Make the address name the account and the job, null for none. */
export function settle(account, job) {
  sessionStorage.setItem(ACCOUNT_KEPT_AS, account);
  const named = new URLSearchParams({ account, ...(job ? { job } : {}) });
  history.replaceState(null, "", `#${named}`);
  document.title = `${account} – wan-mock`;
}
