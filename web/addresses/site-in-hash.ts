/** The site that a hash names beside its view, where there are several; null: none. */
export function siteInHash(hash: string): string | null {
  const [, search = ''] = hash.split('?');
  const site = new URLSearchParams(search).get('site');
  return site !== null && /^[a-z0-9][a-z0-9_-]{0,63}$/.test(site) ? site : null;
}

/** The hash with the site beside its view; as it was where `site` is null. */
export const withSite = (hash: string, site: string | null): string =>
  site === null ? hash : `${hash}${hash.includes('?') ? '&' : '?'}site=${site}`;
