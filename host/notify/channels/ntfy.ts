import { Type } from '../../typebox.ts';
import { defineChannelKind } from '../channel-kind.ts';
import { sendHttp } from '../send-http.ts';
import { withinBytes } from '../templates.ts';
import { urlMistakes } from './urls.ts';

/** ntfy takes 4096 bytes of text; what is longer it makes a file of, or refuses. */
const mostBytes = 4000;
const priorities = Object.freeze({ info: 3, warning: 4, critical: 5 });

/** ntfy.sh, or a server of one's own (docs.ntfy.sh/publish, publish as JSON). */
export const ntfy = defineChannelKind({
  id: 'ntfy',
  name: { en: 'ntfy', de: 'ntfy', pt: 'ntfy' },
  about: {
    en: 'To the ntfy app of your phone, by ntfy.sh or a server of your own.',
    de: 'An die ntfy-App auf dem Telefon, über ntfy.sh oder einen eigenen Server.',
    pt: 'Para a aplicação ntfy do telefone, por ntfy.sh ou por um servidor próprio.',
  },
  fields: [
    {
      name: 'url',
      label: { en: 'Server', de: 'Server', pt: 'Servidor' },
      hint: { en: 'https://ntfy.sh', de: 'https://ntfy.sh', pt: 'https://ntfy.sh' },
      kind: 'text',
      isPlace: true,
      isOptional: true,
    },
    {
      name: 'topic',
      label: { en: 'Topic', de: 'Thema', pt: 'Tópico' },
      hint: {
        en: 'Whoever knows it can read along: choose one that nobody guesses.',
        de: 'Wer es kennt, kann mitlesen: wählen Sie eines, das niemand errät.',
        pt: 'Quem o conhece pode ler: escolha um que ninguém adivinhe.',
      },
      kind: 'secret',
    },
    {
      name: 'token',
      label: { en: 'Access token', de: 'Zugangsschlüssel', pt: 'Chave de acesso' },
      kind: 'secret',
      isOptional: true,
    },
  ],
  settings: Type.Object(
    {
      url: Type.Optional(Type.String({ maxLength: 1024 })),
      topic: Type.String({
        pattern: '^[-_A-Za-z0-9]{1,64}$',
        writeOnly: true,
        description: 'letters, digits, - and _ are allowed, 64 at most',
      }),
      token: Type.Optional(
        Type.String({
          pattern: '^[!-~]{1,256}$',
          writeOnly: true,
          description: 'letters, digits and signs without blanks are allowed, 256 at most',
        }),
      ),
    },
    { additionalProperties: false },
  ),
  mistakes: ({ url }) => urlMistakes('url', url),
  send({ url = 'https://ntfy.sh', topic, token }, { title, text, severity }, { reach, signal }) {
    const shown = withinBytes(text.trim(), mostBytes);
    const body = JSON.stringify({ topic, title, message: shown, priority: priorities[severity] });
    const headers = {
      'content-type': 'application/json',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    };
    return sendHttp({ url, headers, body, secret: [topic, token ?? ''] }, { reach, signal });
  },
});
