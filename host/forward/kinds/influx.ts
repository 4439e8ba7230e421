import { fault } from '../../faults/fault.ts';
import { baseUrlMistakes, urlBelow } from '../../notify/channels/urls.ts';
import { DeliveryError } from '../../notify/delivery-error.ts';
import { Type } from '../../typebox.ts';
import { defineForwardKind } from '../forward-kind.ts';
import { lineOf } from './line-protocol.ts';
import { postPacked } from './post.ts';

const name = Type.String({ minLength: 1, maxLength: 128, pattern: '^[^\\u0000-\\u001f\\u007f]+$' });

/**
 * Line protocol to `/api/v2/write` (Authorization: Token) or `/write` (Basic), answered with 204 when all is written
 * (InfluxDB documentation, "InfluxDB v2 API" and "InfluxDB 1.x compatibility API"). A point that comes again with the same tags
 * and time takes the place of the one before, so nothing is doubled.
 */
export const influx = defineForwardKind({
  id: 'influx',
  name: { en: 'InfluxDB', de: 'InfluxDB', pt: 'InfluxDB' },
  about: {
    en: 'Writes line protocol to InfluxDB 1 or 2, or to whatever takes the same.',
    de: 'Schreibt Line Protocol an InfluxDB 1 oder 2 oder an alles, was dasselbe annimmt.',
    pt: 'Escreve line protocol no InfluxDB 1 ou 2, ou em tudo o que aceite o mesmo.',
  },
  fields: [
    {
      name: 'url',
      kind: 'text',
      isPlace: true,
      label: { en: 'Address', de: 'Adresse', pt: 'Endereço' },
      hint: {
        en: 'Up to before /write or /api/v2/write, such as http://influx.lan:8086',
        de: 'Bis vor /write oder /api/v2/write, etwa http://influx.lan:8086',
        pt: 'Até antes de /write ou /api/v2/write, por exemplo http://influx.lan:8086',
      },
    },
    {
      name: 'version',
      kind: 'choice',
      isPlace: true,
      label: { en: 'Version', de: 'Version', pt: 'Versão' },
      choices: [
        { value: '2', label: { en: 'InfluxDB 2', de: 'InfluxDB 2', pt: 'InfluxDB 2' } },
        { value: '1', label: { en: 'InfluxDB 1', de: 'InfluxDB 1', pt: 'InfluxDB 1' } },
      ],
    },
    {
      name: 'bucket',
      kind: 'text',
      label: { en: 'Bucket or database', de: 'Bucket oder Datenbank', pt: 'Bucket ou base de dados' },
    },
    {
      name: 'org',
      kind: 'text',
      isOptional: true,
      label: { en: 'Organisation', de: 'Organisation', pt: 'Organização' },
      hint: { en: 'Version 2 alone.', de: 'Nur Version 2.', pt: 'Só na versão 2.' },
    },
    {
      name: 'user',
      kind: 'text',
      isPlace: true,
      isOptional: true,
      label: { en: 'User', de: 'Benutzer', pt: 'Utilizador' },
      hint: { en: 'Version 1 alone.', de: 'Nur Version 1.', pt: 'Só na versão 1.' },
    },
    {
      name: 'secret',
      kind: 'secret',
      isOptional: true,
      label: { en: 'Token or password', de: 'Token oder Passwort', pt: 'Token ou palavra-passe' },
    },
    {
      name: 'measurement',
      kind: 'text',
      isOptional: true,
      label: { en: 'Measurement', de: 'Measurement', pt: 'Measurement' },
      hint: { en: 'joulegate where empty.', de: 'Leer: joulegate.', pt: 'Vazio: joulegate.' },
    },
  ],
  settings: Type.Object(
    {
      url: Type.String({ minLength: 8, maxLength: 1024 }),
      version: Type.Union([Type.Literal('1'), Type.Literal('2')]),
      bucket: name,
      org: Type.Optional(Type.String({ maxLength: 128 })),
      user: Type.Optional(Type.String({ maxLength: 128 })),
      secret: Type.Optional(Type.String({ maxLength: 512 })),
      measurement: Type.Optional(
        Type.String({ maxLength: 128, pattern: '^[^\\u0000-\\u001f\\u007f\\\\]*$' }),
      ),
    },
    { additionalProperties: false },
  ),
  mistakes({ url, version, org = '', user = '', measurement = '' }) {
    const mistakes = [...baseUrlMistakes('url', url)];
    if (version === '2' && org === '')
      mistakes.push({ field: 'org', message: 'is missing; InfluxDB 2 wants the name of the organisation' });
    if (version === '2' && user !== '')
      mistakes.push({ field: 'user', message: 'is of InfluxDB 1; version 2 wants a token alone' });
    if (measurement.startsWith('#'))
      mistakes.push({ field: 'measurement', message: 'begins with #, which makes a line a comment' });
    return mistakes;
  },
  open({ url, version, bucket, org = '', user = '', secret = '', measurement = '' }, { reach }) {
    const place = urlBelow(url, version === '2' ? '/api/v2/write' : '/write');
    const query = version === '2' ? { org, bucket } : { db: bucket };
    for (const [key, value] of Object.entries(query)) place.searchParams.set(key, value);
    place.searchParams.set('precision', 's');
    const basic = Buffer.from(`${user}:${secret}`).toString('base64');
    const login = version === '2' ? `Token ${secret}` : `Basic ${basic}`;
    return {
      async send(windows, { signal }) {
        const said = await postPacked({
          url: place.href,
          headers: {
            'content-type': 'text/plain; charset=utf-8',
            ...((secret !== '' || user !== '') && { authorization: login }),
          },
          body: windows.map(window => `${lineOf(window, measurement || 'joulegate')}\n`).join(''),
          // Of the login as it goes a server may say, too.
          secret: version === '2' ? secret : [secret, basic],
          reach,
          signal,
        });
        assertWritten(said);
        return { said };
      },
      close() {},
    };
  },
});

/**
 * All is written where the answer is 204, or has nothing in it. 201 with words is of what was written in part (InfluxDB 3, "Troubleshoot
 * issues writing data"), so that the rest is found by dividing; 200 with words is of who is no InfluxDB, such as a page to log in at,
 * and says nothing of what was sent. @throws DeliveryError
 */
function assertWritten(said: string): void {
  if (/^204\b|^\d+$/.test(said)) return;
  throw new DeliveryError(fault('influx.notWritten', { said }), { isFinal: said.startsWith('201') });
}
