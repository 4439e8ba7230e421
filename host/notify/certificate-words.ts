/** What Node says of certificates (nodejs.org/api/tls, X509 certificate error codes), and what it means for people. */
const meanings: readonly (readonly [said: RegExp, means: string])[] = Object.freeze([
  [/self.signed certificate/i, 'is signed by nobody whom this host trusts'],
  [/unable to (verify|get (local )?issuer)/i, 'is signed by nobody whom this host trusts'],
  [/certificate (has expired|is not yet valid)/i, 'holds for another time than now'],
  [/does not match certificate|altnames/i, 'is of another name'],
]);

/** The same in words for people where a certificate was refused, else as it is. `place` is the server. */
export function certificateWords(said: string, place: string): string {
  const found = meanings.find(([pattern]) => pattern.test(said));
  if (found === undefined) return said;
  const server = URL.canParse(place) ? new URL(place).host || place : place;
  return `the certificate of ${server} ${found[1]}, so nothing was sent (${said})`;
}
