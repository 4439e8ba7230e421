import { urlMistakes } from '../../notify/channels/urls.ts';
import { Type } from '../../typebox.ts';
import { defineForwardKind } from '../forward-kind.ts';
import { type ForwardWindow, valuesOf } from '../window.ts';
import { postPacked } from './post.ts';

const id = Type.String({ pattern: '^[a-z0-9][a-z0-9_-]{0,63}$' });

/**
 * The HTTP connector of another host (docs/connectors/http.md): it answers when all is on its disk, and counts what comes again
 * once. Each window is one reading at its start, the mean of gauges and what counters show: there it is a window again, where
 * the meter has the same interval. What is missing here is not told: the other host says that it was sent nothing.
 */
export const joulegate = defineForwardKind({
  id: 'joulegate',
  name: { en: 'Another Joulegate', de: 'Ein anderes Joulegate', pt: 'Outro Joulegate' },
  about: {
    en: 'Sends means and readings to HTTP sources of another Joulegate, which stores each once. Least and greatest values, and why something is missing, stay here: there it is told as timeout, nothing sent.',
    de: 'Sendet Mittelwerte und Zählerstände an HTTP-Quellen eines anderen Joulegate, das jeden einmal speichert. Kleinste und größte Werte und warum etwas fehlt bleiben hier: Dort heißt es timeout, nichts gesendet.',
    pt: 'Envia médias e leituras para fontes HTTP de outro Joulegate, que guarda cada uma uma vez. Mínimos, máximos e o motivo do que falta ficam aqui: lá consta timeout, nada foi enviado.',
  },
  fields: [
    {
      name: 'url',
      kind: 'text',
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
        en: 'All meters go there as gateway-meter. Empty: each gateway has a source of the same id there, with meters of the same ids.',
        de: 'Alle Zähler gehen dorthin als gateway-zähler. Leer: jedes Gateway hat dort eine Quelle derselben Kennung, mit Zählern derselben Kennungen.',
        pt: 'Todos os contadores vão para lá como gateway-contador. Vazio: cada gateway tem lá uma fonte com o mesmo identificador e contadores com os mesmos identificadores.',
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
  mistakes: ({ url }) => urlMistakes('url', url),
  open({ url, token, connector = '' }, { reach }) {
    const place = new URL('/api/v1/readings', url).href;
    return {
      async send(windows, { signal }) {
        let notStored = 0;
        let said = '';
        // One after the other: each is acknowledged for itself, and repeated it counts once.
        for (const [to, own] of byConnector(windows, connector)) {
          said = await postPacked({
            url: place,
            headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
            body: JSON.stringify({
              connector: to,
              readings: own.map(window => readingOf(window, connector !== '')),
            }),
            secret: token,
            reach,
            signal,
          });
          notStored += Number(/"notStored" ?: ?(\d+)/.exec(said)?.[1] ?? 0);
        }
        return { said, notStored };
      },
      close() {},
    };
  },
});

function byConnector(windows: readonly ForwardWindow[], connector: string): Map<string, ForwardWindow[]> {
  const groups = new Map<string, ForwardWindow[]>();
  for (const window of windows) {
    const to = connector === '' ? window.gateway : connector;
    const own = groups.get(to);
    if (own === undefined) groups.set(to, [window]);
    else own.push(window);
  }
  return groups;
}

function readingOf({ gateway, meter, startMs, values }: ForwardWindow, isOfAll: boolean): object {
  return {
    meter: isOfAll ? `${gateway}-${meter}` : meter,
    at: startMs,
    values: Object.fromEntries(
      valuesOf({ values }).map(([quantity, { mean, last }]) => [quantity, mean ?? last]),
    ),
  };
}
