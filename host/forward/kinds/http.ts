import { urlMistakes } from '../../notify/channels/urls.ts';
import { webhookHeaders, webhookSecret } from '../../notify/channels/webhook-signature.ts';
import { DeliveryError } from '../../notify/delivery-error.ts';
import { sendHttp } from '../../notify/send-http.ts';
import { Type } from '../../typebox.ts';
import { defineForwardKind } from '../forward-kind.ts';
import { jsonOf } from '../window.ts';
import { inPlainWords } from './post.ts';

/** JSON lines to any server, signed as standardwebhooks.com has it. Any answer from 200 to 299 says that it has them. */
export const http = defineForwardKind({
  id: 'http',
  name: { en: 'HTTP', de: 'HTTP', pt: 'HTTP' },
  about: {
    en: 'Sends JSON lines by POST, one for each window, signed where you give a secret.',
    de: 'Sendet JSON-Zeilen per POST, eine je Zeitfenster, signiert, wo Sie ein Geheimnis angeben.',
    pt: 'Envia linhas JSON por POST, uma por janela, assinadas se indicar um segredo.',
  },
  fields: [
    { name: 'url', kind: 'text', label: { en: 'Address', de: 'Adresse', pt: 'Endereço' }, isPlace: true },
    {
      name: 'secret',
      kind: 'secret',
      isOptional: true,
      label: { en: 'Secret', de: 'Geheimnis', pt: 'Segredo' },
      hint: {
        en: 'whsec_ and 24 to 64 random bytes as base64.',
        de: 'whsec_ und 24 bis 64 zufällige Bytes als Base64.',
        pt: 'whsec_ e 24 a 64 bytes aleatórios em base64.',
      },
    },
    {
      name: 'token',
      kind: 'secret',
      isOptional: true,
      label: { en: 'Token', de: 'Token', pt: 'Token' },
      hint: {
        en: 'Goes as Authorization: Bearer.',
        de: 'Geht als Authorization: Bearer mit.',
        pt: 'Vai como Authorization: Bearer.',
      },
    },
  ],
  settings: Type.Object(
    {
      url: Type.String({ minLength: 8, maxLength: 1024 }),
      secret: Type.Optional(Type.String({ pattern: webhookSecret.source, maxLength: 100 })),
      token: Type.Optional(Type.String({ minLength: 1, maxLength: 512, pattern: '^[\\u0021-\\u007e]+$' })),
    },
    { additionalProperties: false },
  ),
  tellsMissing: true,
  most: { windows: 500, values: 5000 },
  mistakes: ({ url }) => urlMistakes('url', url),
  open({ url, secret, token }, { reach }) {
    return {
      async send(windows, { id, atMs, signal }) {
        const body = windows.map(window => `${jsonOf(window)}\n`).join('');
        const headers = {
          'content-type': 'application/x-ndjson',
          'user-agent': 'Joulegate',
          'webhook-id': id,
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...(secret !== undefined && webhookHeaders(secret, id, atMs, body)),
        };
        try {
          return {
            said: await sendHttp({ url, headers, body, ...(token && { secret: token }) }, { reach, signal }),
          };
        } catch (error) {
          throw error instanceof DeliveryError ? inPlainWords(error) : error;
        }
      },
      close() {},
    };
  },
});
