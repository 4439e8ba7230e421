import { faultOf } from '../../faults/fault.ts';
import { messageOf } from '../../message-of.ts';
import { Type } from '../../typebox.ts';
import { defineChannelKind } from '../channel-kind.ts';
import { DeliveryError } from '../delivery-error.ts';
import { sendHttp } from '../send-http.ts';
import { beginningOf } from '../templates.ts';
import { urlMistakes } from './urls.ts';

/** Telegram takes 4096 characters. */
const mostChars = 4000;

/** A bot of Telegram (core.telegram.org/bots/api, sendMessage); plain text, so that nothing in it is markup. */
export const telegram = defineChannelKind({
  id: 'telegram',
  name: { en: 'Telegram', de: 'Telegram', pt: 'Telegram' },
  about: {
    en: 'By a bot of your own: make one with @BotFather and write to it once.',
    de: 'Über einen eigenen Bot: mit @BotFather anlegen und ihm einmal schreiben.',
    pt: 'Por um bot próprio: crie-o com o @BotFather e escreva-lhe uma vez.',
  },
  fields: [
    {
      name: 'token',
      label: { en: 'Token of the bot', de: 'Token des Bots', pt: 'Token do bot' },
      kind: 'secret',
    },
    {
      name: 'chat',
      label: { en: 'Chat', de: 'Chat', pt: 'Conversa' },
      hint: {
        en: 'Its number, or @name of a channel.',
        de: 'Seine Nummer oder @Name eines Kanals.',
        pt: 'O número, ou @nome de um canal.',
      },
      kind: 'text',
    },
    {
      name: 'url',
      label: { en: 'Server of the Bot API', de: 'Server der Bot-API', pt: 'Servidor da Bot API' },
      hint: {
        en: 'https://api.telegram.org',
        de: 'https://api.telegram.org',
        pt: 'https://api.telegram.org',
      },
      kind: 'text',
      isPlace: true,
      isOptional: true,
    },
  ],
  settings: Type.Object(
    {
      token: Type.String({
        pattern: '^[0-9]{3,20}:[A-Za-z0-9_-]{10,80}$',
        writeOnly: true,
        description: 'a token as @BotFather gives it is allowed: digits, a colon, letters and digits',
      }),
      chat: Type.String({
        pattern: '^(-?[0-9]{1,20}|@[A-Za-z0-9_]{1,64})$',
        description: 'the number of a chat, or @name of a channel, is allowed',
      }),
      url: Type.Optional(Type.String({ maxLength: 1024 })),
    },
    { additionalProperties: false },
  ),
  mistakes: ({ url }) => urlMistakes('url', url),
  async send({ token, chat, url = 'https://api.telegram.org' }, { title, text, notices }, { reach, signal }) {
    const whole = notices.length > 1 ? `${title}\n\n${text}` : text;
    const body = JSON.stringify({
      chat_id: chat,
      text: beginningOf(whole.trim(), mostChars),
      link_preview_options: { is_disabled: true },
    });
    const headers = { 'content-type': 'application/json' };
    const to = `${url.replace(/\/+$/, '')}/bot${token}/sendMessage`;
    try {
      return await sendHttp({ url: to, headers, body, secret: token }, { reach, signal });
    } catch (error) {
      // It says how long to wait in its answer, too (core.telegram.org/bots/api, ResponseParameters).
      const [, seconds] = /"retry_after": ?(\d{1,6})\b/.exec(messageOf(error)) ?? [];
      if (seconds === undefined) throw error;
      throw new DeliveryError(faultOf(error), { retryAfterMs: Number(seconds) * 1000 });
    }
  },
});
