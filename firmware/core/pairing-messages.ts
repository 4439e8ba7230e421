import { deepFreeze } from './freeze.ts';
import { hexRule } from './hex-rule.ts';
import { limits } from './limits.ts';
import type { Rule, Ruled } from './rules.ts';
import { chips } from './wire/life.ts';

/** The bodies of `POST /api/v1/pair`, and what is sealed in the answer. */

const v = { is: 'integer', min: 1, max: 1 } as const satisfies Rule;

const base64 = (characters: number) =>
  ({
    is: 'text',
    max: characters,
    pattern: '^[A-Za-z0-9+/]*=?=?$',
    hint: `Base64 of at most ${characters} characters is allowed`,
  }) as const satisfies Rule;

const text = { is: 'text', max: limits.nameCharacters } as const satisfies Rule;
const server = { is: 'text', max: 128 } as const satisfies Rule;

const id = {
  is: 'text',
  max: 64,
  pattern: '^[a-z0-9][a-z0-9_-]{0,63}$',
  hint: 'an id is allowed: 1 to 64 lower-case letters, digits, - and _',
} as const satisfies Rule;

/** What a gateway says of itself. `device` is a name of its own, such as `gateway-3f2a`: its id where nobody chose one. */
const hello = { device: id, chip: { is: 'choice', of: chips }, board: text, firmware: text } as const;

export const pairRequestRule = deepFreeze({
  is: 'object',
  fields: { v, nonce: hexRule(16), ...hello, proof: hexRule(32) },
} as const satisfies Rule);

export const pairAnswerRule = deepFreeze({
  is: 'object',
  fields: { v, nonce: hexRule(16), sealed: base64(6000), tag: hexRule(32) },
} as const satisfies Rule);

/** What the host gives: who the gateway is from now on and where. Without `broker`: where it reached the host. */
export const pairGrantRule = deepFreeze({
  is: 'object',
  fields: { gateway: id, password: { is: 'text', max: 128 }, port: { is: 'integer', min: 1, max: 65_535 } },
  optional: {
    broker: server,
    /** The certificate of the host's authority; where it is there the broker speaks TLS on `port`. */
    caDer: base64(2048),
    timeServers: { is: 'list', of: server, max: 4 },
  },
} as const satisfies Rule);

export interface PairHello {
  readonly device: string;
  readonly chip: string;
  readonly board: string;
  readonly firmware: string;
}

export type PairRequest = Ruled<typeof pairRequestRule>;
export type PairAnswer = Ruled<typeof pairAnswerRule>;
export type PairGrant = Ruled<typeof pairGrantRule>;
