import { Type } from '../../typebox.ts';
import { defineChannelKind } from '../channel-kind.ts';
import { sendHttp } from '../send-http.ts';
import { urlMistakes } from './urls.ts';
import { webhookHeaders, webhookSecret } from './webhook-signature.ts';

/** JSON to any server, signed as standardwebhooks.com has it. */
export const webhook = defineChannelKind({
  id: 'webhook',
  name: { en: 'Webhook', de: 'Webhook', pt: 'Webhook' },
  about: {
    en: 'Sends JSON by POST, signed with a secret that you share with the receiver.',
    de: 'Sendet JSON per POST, signiert mit einem Geheimnis, das auch der Empfänger kennt.',
    pt: 'Envia JSON por POST, assinado com um segredo que o destinatário também conhece.',
  },
  fields: [
    { name: 'url', label: { en: 'Address', de: 'Adresse', pt: 'Endereço' }, kind: 'text', isPlace: true },
    {
      name: 'secret',
      label: { en: 'Secret', de: 'Geheimnis', pt: 'Segredo' },
      hint: {
        en: 'whsec_ and 24 to 64 random bytes as base64.',
        de: 'whsec_ und 24 bis 64 zufällige Bytes als Base64.',
        pt: 'whsec_ e 24 a 64 bytes aleatórios em base64.',
      },
      kind: 'secret',
    },
  ],
  settings: Type.Object(
    {
      url: Type.String({ minLength: 8, maxLength: 1024 }),
      secret: Type.String({
        pattern: webhookSecret.source,
        maxLength: 100,
        writeOnly: true,
        description: 'whsec_ and 24 to 64 bytes as base64 are allowed',
      }),
    },
    { additionalProperties: false },
  ),
  mistakes: ({ url }) => urlMistakes('url', url),
  send({ url, secret }, { id, title, text, severity, language, notices, atMs }, { reach, signal }) {
    const body = JSON.stringify({
      type: 'notices',
      timestamp: new Date(atMs).toISOString(),
      data: { severity, language, title, text, notices },
    });
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'Joulegate',
      ...webhookHeaders(secret, id, atMs, body),
    };
    return sendHttp({ url, headers, body, secret }, { reach, signal });
  },
});
