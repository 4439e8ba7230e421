/** What is wrong with the address of a server; undefined where nothing is. */
export function urlMistake(
  text: string,
  schemes: readonly string[] = ['https:', 'http:'],
): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const allowed = schemes.map(scheme => `${scheme}//…`).join(' or ');
  if (url === undefined || !schemes.includes(url.protocol)) return `is no address; ${allowed} is allowed`;
  if (url.username !== '' || url.password !== '')
    return 'holds a user or a password, which would be shown; give them in their own fields, or a secret';
  return undefined;
}

/** Of one field that holds an address. */
export function urlMistakes(
  field: string,
  text: string | undefined,
  schemes?: readonly string[],
): readonly { readonly field: string; readonly message: string }[] {
  const message = text === undefined ? undefined : urlMistake(text, schemes);
  return message === undefined ? [] : [{ field, message }];
}

/** The same, of one to which a path is put: what stands behind its own path would be left out without a word. */
export function baseUrlMistakes(field: string, text: string): ReturnType<typeof urlMistakes> {
  const mistakes = urlMistakes(field, text);
  if (mistakes.length > 0) return mistakes;
  const { origin, pathname, href } = new URL(text);
  const behind = href.slice(origin.length + pathname.length);
  return behind === ''
    ? []
    : [{ field, message: `${behind} given behind the path; an address such as ${origin} is allowed` }];
}

/** A path below that of an address, as behind a reverse proxy; an address that ends with it already stays. */
export function urlBelow(base: string, path: string): URL {
  const url = new URL(base);
  const own = url.pathname.replace(/\/+$/, '');
  if (!own.endsWith(path)) url.pathname = own + path;
  return url;
}
