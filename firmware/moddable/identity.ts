import { crc32 } from '../core/crc.ts';
import { deepFreeze } from '../core/freeze.ts';
import { mistakesOf, type Rule, type Ruled } from '../core/rules.ts';
import { decodeUtf8, encodeUtf8 } from '../core/utf8.ts';
import type { Ports, StorePort } from '../ports.ts';

const storeKey = 'identity';
/** Tells whether a build brings another identity than the one that was taken from a build last. */
const builtKey = 'built';

const text = { is: 'text', max: 128 } as const satisfies Rule;

/** Who a gateway is, its broker, the credential that the host gave it, and its network where it needs one. */
export const identityRule = deepFreeze({
  is: 'object',
  fields: {
    gateway: {
      is: 'text',
      max: 64,
      pattern: '^[a-z0-9][a-z0-9_-]{0,63}$',
      hint: 'an id is allowed: 1 to 64 lower-case letters, digits, - and _',
    },
    broker: text,
    port: { is: 'integer', min: 1, max: 65_535 },
    password: text,
  },
  optional: {
    wifiName: text,
    wifiPassword: text,
    timeServer: text,
    timeServers: { is: 'list', of: text, max: 4 },
    /** The one authority that is believed, in DER as Base64; with it the broker is spoken to by TLS alone. */
    caDer: { is: 'text', max: 2048 },
  },
} as const satisfies Rule);

export type Identity = Ruled<typeof identityRule>;

/**
 * The identity that was built in where there is a new one, which is then kept; otherwise the one that was kept, so that
 * an update without secrets in it goes on as before, and what was paired or changed since is not undone by a restart. Undefined, with the reason in the log, where there is none.
 */
export function findIdentity(
  builtIn: { readonly [name: string]: unknown },
  store: StorePort,
  log: Ports['log'],
): Identity | undefined {
  const given = fieldsOf(builtIn);
  if (given.gateway !== undefined) {
    const identity = checked(given, 'built in', log);
    if (identity === undefined) return undefined;
    const bytes = encodeUtf8(JSON.stringify(identity));
    const mark = encodeUtf8(crc32(bytes).toString(16));
    const before = store.read(builtKey);
    const kept = store.read(storeKey);
    if (kept !== undefined && before !== undefined && decodeUtf8(before) === decodeUtf8(mark))
      return checked(parsed(kept), 'kept', log) ?? identity;
    store.write(storeKey, bytes);
    store.write(builtKey, mark);
    return identity;
  }
  const kept = store.read(storeKey);
  if (kept !== undefined) return checked(parsed(kept), 'kept', log);
  log('info', 'this gateway does not know who it is yet (docs/hardware.md, "First use")');
  return undefined;
}

/** The fields of an identity out of the build's whole configuration; numbers come as text from a command line. */
function fieldsOf(config: { readonly [name: string]: unknown }): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const name of [...Object.keys(identityRule.fields), ...Object.keys(identityRule.optional)]) {
    if (config[name] !== undefined && config[name] !== '') fields[name] = config[name];
  }
  if (typeof fields.port === 'string') fields.port = Number(fields.port);
  if (typeof fields.timeServers === 'string') fields.timeServers = fields.timeServers.split(',');
  return fields;
}

function checked(value: unknown, origin: string, log: Ports['log']): Identity | undefined {
  const mistakes = mistakesOf(identityRule, value);
  for (const { field, message } of mistakes) log('error', `identity ${origin}: ${field}: ${message}`);
  return mistakes.length === 0 ? (value as Identity) : undefined;
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(decodeUtf8(bytes) ?? '');
  } catch {
    return undefined;
  }
}
