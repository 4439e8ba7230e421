import { deepFreeze } from '#core/freeze.ts';

/** What OpenSSL calls it, and what it most often is. */
const meanings: Readonly<Record<string, string>> = deepFreeze({
  'http request': 'plain HTTP came where TLS is spoken',
  'wrong version number': 'plain bytes came where TLS is spoken',
  'tlsv1 alert unknown ca': 'the other side does not trust the certificate that it was shown',
  'sslv3 alert bad certificate': 'the other side does not trust the certificate that it was shown',
  'sslv3 alert certificate unknown': 'the other side does not trust the certificate that it was shown',
  'sslv3 alert certificate expired': 'by its clock the certificate that it was shown has ended',
  'unsupported protocol': 'TLS 1.2 or 1.3 is needed',
  'no shared cipher': 'it has no cipher that is allowed here',
});

/** Why a handshake came to nothing, in a line: the library's own text has several, with names of its source files. */
export function handshakeFault(error: Error): string {
  const reason = 'reason' in error && typeof error.reason === 'string' ? error.reason : '';
  if (reason === '') return error.message.trim().replaceAll(/\s+/g, ' ');
  const meaning = meanings[reason];
  return meaning === undefined ? reason : `${reason}: ${meaning}`;
}
