import { deepFreeze } from '#core/freeze.ts';

/**
 * What browsers are spoken to with: TLS 1.2 and 1.3, keys of this moment alone (ECDHE), and encryption that is authenticated
 * (RFC 9325, 4.2). Gateways have rules of their own (`host/broker`).
 */
export const tlsRules = deepFreeze({
  minVersion: 'TLSv1.2',
  ciphers: [
    'TLS_AES_128_GCM_SHA256',
    'TLS_AES_256_GCM_SHA384',
    'TLS_CHACHA20_POLY1305_SHA256',
    'ECDHE-ECDSA-AES128-GCM-SHA256',
    'ECDHE-RSA-AES128-GCM-SHA256',
    'ECDHE-ECDSA-AES256-GCM-SHA384',
    'ECDHE-RSA-AES256-GCM-SHA384',
    'ECDHE-ECDSA-CHACHA20-POLY1305',
    'ECDHE-RSA-CHACHA20-POLY1305',
  ].join(':'),
} as const);
