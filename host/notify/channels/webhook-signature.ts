import { createHmac } from 'node:crypto';

/** `whsec_` and 24 to 64 random bytes as base64, as Standard Webhooks has it. */
export const webhookSecret = /^whsec_[A-Za-z0-9+/]{32,86}={0,2}$/;

/**
 * Headers by which a receiver knows that the body is of who shares the secret: HMAC-SHA256 of `id.timestamp.body`
 * (standardwebhooks.com). `atMs`: of this try; receivers refuse what is older than some minutes.
 */
export function webhookHeaders(
  secret: string,
  id: string,
  atMs: number,
  body: string,
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(atMs / 1000));
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}
