import type { Key } from 'curve';
import Curve from 'curve';
import ECPoint from 'ecp';

/** Whether a server's certificate is believed: its public key (65 bytes), or undefined. */
export type JudgeCertificate = (der: Uint8Array) => Uint8Array | undefined;

/**
 * Stands in for the SDK's own `ssl/cert`, which in 8.2.3 believes a server that shows a certificate of its own making
 * before the genuine one: it goes on where a link of the chain does not hold. What is believed is judged by
 * `core/tls/trust.ts` instead.
 */
class TlsCertificates {
  readonly #judge: JudgeCertificate;
  #key: Key | undefined;

  constructor(options: { judge: JudgeCertificate }) {
    this.#judge = options.judge;
  }

  verify(certificates: readonly Uint8Array[]): boolean {
    const [server] = certificates;
    const publicKey = server === undefined ? undefined : this.#judge(server);
    if (publicKey === undefined) return false;
    this.#key = { curve: new Curve('secp256r1'), pub: ECPoint.fromOctetString(publicKey.slice()) };
    return true;
  }

  /** Of the one certificate that was believed. */
  getKey(): Key | undefined {
    return this.#key;
  }

  register(): void {}

  /** A gateway has no certificate of its own. */
  findPreferredCert(): readonly never[] {
    return [];
  }
}

// biome-ignore lint/style/noDefaultExport: the SDK's session imports it by this
export { TlsCertificates as default };
