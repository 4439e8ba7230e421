import { quantities } from '#core/quantities.ts';
import { encodeRecord, encodeRecordsMessage, type WindowValue } from '#core/wire/records.ts';
import { isId } from '#core/wire/topics.ts';
import { baseUrlMistakes, urlBelow } from '../../notify/channels/urls.ts';
import { DeliveryError } from '../../notify/delivery-error.ts';
import { sendHttp } from '../../notify/send-http.ts';
import { Type } from '../../typebox.ts';
import { defineForwardKind } from '../forward-kind.ts';
import { type ForwardWindow, valuesOf } from '../window.ts';
import { inPlainWords } from './post.ts';

const id = Type.String({ pattern: '^[a-z0-9][a-z0-9_-]{0,63}$' });

/**
 * A source of the kind joulegate at another host (docs/connectors/joulegate.md): it gets windows as the records of a gateway, and
 * answers with the sequence up to which it has them on its disk.
 */
export const joulegate = defineForwardKind({
  id: 'joulegate',
  name: { en: 'Another Joulegate', de: 'Ein anderes Joulegate', pt: 'Outro Joulegate' },
  about: {
    en: 'Sends windows whole, as a gateway does: the other Joulegate has each once, with least and greatest values and why something is missing.',
    de: 'Sendet Fenster vollständig, wie ein Gateway es tut: Das andere Joulegate hat jedes einmal, mit kleinsten und größten Werten und dem Grund, warum etwas fehlt.',
    pt: 'Envia janelas completas, como um gateway: o outro Joulegate tem cada uma uma vez, com mínimos, máximos e o motivo do que falta.',
  },
  fields: [
    {
      name: 'url',
      kind: 'text',
      isPlace: true,
      label: { en: 'Address', de: 'Adresse', pt: 'Endereço' },
      hint: {
        en: 'Without a path, such as https://energy.example.org',
        de: 'Ohne Pfad, etwa https://energie.example.org',
        pt: 'Sem caminho, por exemplo https://energia.example.org',
      },
    },
    {
      name: 'token',
      kind: 'secret',
      label: { en: 'Token', de: 'Token', pt: 'Token' },
      hint: {
        en: 'Made there, with the scope ingest.',
        de: 'Dort angelegt, mit dem Recht ingest.',
        pt: 'Criado lá, com o âmbito ingest.',
      },
    },
    {
      name: 'connector',
      kind: 'text',
      isOptional: true,
      label: { en: 'Source there', de: 'Quelle dort', pt: 'Fonte lá' },
      hint: {
        en: 'Of the kind Joulegate. All meters go there as gateway-meter. Empty: the only one that the token may send to.',
        de: 'Von der Art Joulegate. Alle Zähler gehen dorthin als gateway-zähler. Leer: die einzige, an die der Token senden darf.',
        pt: 'Do tipo Joulegate. Todos os contadores vão para lá como gateway-contador. Vazio: a única para onde o token pode enviar.',
      },
    },
  ],
  settings: Type.Object(
    {
      url: Type.String({ minLength: 8, maxLength: 1024 }),
      token: Type.String({ minLength: 1, maxLength: 512, pattern: '^[\\u0021-\\u007e]+$' }),
      connector: Type.Optional(Type.Union([id, Type.Literal('')])),
    },
    { additionalProperties: false },
  ),
  mistakes: ({ url }) => baseUrlMistakes('url', url),
  records: recordsOf,
  strangeName(gateway, meter) {
    const name = nameThere(gateway, meter);
    return isId(name) ? undefined : name;
  },
  open({ url, token, connector = '' }, { reach }) {
    const place = urlBelow(url, '/api/v1/records');
    if (connector !== '') place.searchParams.set('connector', connector);
    const headers = {
      'user-agent': 'Joulegate',
      'content-type': 'application/octet-stream',
      authorization: `Bearer ${token}`,
    };
    return {
      async send(_windows, { message, signal }) {
        if (message === undefined) throw new Error('there are no records');
        const body = Buffer.from(encodeRecordsMessage(message));
        try {
          const said = await sendHttp({ url: place.href, headers, body, secret: token }, { reach, signal });
          const [, upTo] = /"upTo" ?: ?(\d+)/.exec(said) ?? [];
          return { said, ...(upTo !== undefined && { upTo: Number(upTo) }) };
        } catch (error) {
          throw error instanceof DeliveryError ? inPlainWords(error) : error;
        }
      },
      close() {},
    };
  },
});

/** So many values are below a record's 4 kB, whatever they are. */
const valuesMost = 100;

/** One record, or where a window has too many values for that, several with a part of them each; failures are told with the first. */
function recordsOf(window: ForwardWindow): Uint8Array[] {
  const { gateway, meter, startMs, windowS, missing, isBackdated, serial } = window;
  const values = valuesOf(window).map(
    ([quantity, { samples, last, mean = last, min = last, max = last }]): WindowValue =>
      quantities[quantity].kind === 'counter'
        ? { quantity, samples, last }
        : { quantity, samples, mean, min, max, last },
  );
  const failures = missing.flatMap(({ reason, count }) => (reason === 'unknown' ? [] : [{ reason, count }]));
  const base = {
    meter: nameThere(gateway, meter),
    startMs,
    windowS,
    clock: isBackdated ? 'backdated' : 'synced',
    ...(serial !== undefined && { serial }),
  } as const;
  const records = [encodeRecord({ ...base, values: values.slice(0, valuesMost), failures })];
  for (let at = valuesMost; at < values.length; at += valuesMost)
    records.push(encodeRecord({ ...base, values: values.slice(at, at + valuesMost), failures: [] }));
  return records;
}

/**
 * One dash stands between the two, before the last of all; where the meter's id has dashes, or the gateway's has two in a row, one
 * more than stand together in either: so no two meters share a name.
 */
function nameThere(gateway: string, meter: string): string {
  const together = Math.max(
    0,
    ...[gateway, meter].flatMap(id => id.match(/-+/g) ?? []).map(run => run.length),
  );
  const dashes = meter.includes('-') || together > 1 ? together + 1 : 1;
  return `${gateway}${'-'.repeat(dashes)}${meter}`;
}
