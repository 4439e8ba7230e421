import type { QuantityId } from '#core/quantities.ts';
import type { Mistake } from '../../set-up/settings-mistakes.ts';
import { type Static, Type } from '../../typebox.ts';
import type { ConnectorMeter } from '../connector.ts';
import { meterSchema, quantitySchema, rowMistakes, windowFor } from '../meter-settings.ts';
import type { ClientIdentity, Login, ServerAccess } from './messages.ts';

/**
 * `ns=2;s=Meter.Power`, `i=2258`, `ns=3;g=09087e75-8e5e-499b-954f-f2a9603db28a`, `ns=1;b=M/RbKBsRVkePCePcx24oRA==` (OPC
 * 10000-6, 5.3.1.10).
 */
const nodeIdForm =
  /^(ns=\d{1,5};)?(i=\d{1,10}|s=\P{Cc}{1,256}|g=[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|b=[A-Za-z0-9+/]{1,340}={0,2})$/u;

const access = {
  url: Type.String({ minLength: 1, maxLength: 256 }),
  security: Type.Union([Type.Literal('none'), Type.Literal('sign'), Type.Literal('encrypt')]),
  login: Type.Union([Type.Literal('anonymous'), Type.Literal('user'), Type.Literal('certificate')]),
  user: Type.Optional(Type.String({ maxLength: 128 })),
  password: Type.Optional(Type.String({ maxLength: 256 })),
  fingerprint: Type.Optional(Type.String({ maxLength: 128 })),
};

const value = Type.Object({
  ...meterSchema,
  nodeId: Type.String({ minLength: 1, maxLength: 384 }),
  quantity: quantitySchema,
  factor: Type.Optional(Type.Number({ minimum: -1e9, maximum: 1e9 })),
});

export const opcUaSettings = Type.Object({
  ...access,
  oldestS: Type.Optional(Type.Integer({ minimum: 0, maximum: 86_400 })),
  values: Type.Array(value, { minItems: 1, maxItems: 256 }),
});

/** What looking around needs: the server alone. */
export const accessSettings = Type.Object(access);

export type OpcUaSettings = Static<typeof opcUaSettings>;
export type AccessSettings = Static<typeof accessSettings>;
export type ValueRow = OpcUaSettings['values'][number];

const usualEveryS = 5;
export const everyMsOf = ({ everyS = usualEveryS }: { readonly everyS?: number }): number => everyS * 1000;

/** Colons, blanks and large digits are as people copy them. */
const bare = (fingerprint: string | undefined): string | undefined => {
  const digits = fingerprint?.replace(/[\s:]/g, '').toLowerCase();
  return digits === '' ? undefined : digits;
};

/** What the schema cannot say of the server. */
export function accessMistakes({ url, login, user, fingerprint }: AccessSettings): Mistake[] {
  const mistakes: Mistake[] = [];
  if (!isServerUrl(url)) {
    const message = `${JSON.stringify(url)} is no OPC UA server; opc.tcp://HOST:4840 is allowed, with a path where the server has one`;
    mistakes.push({ field: 'url', message });
  }
  if (login === 'user' && (user === undefined || user === ''))
    mistakes.push({ field: 'user', message: 'none given; with this login a user name is needed' });
  const digits = bare(fingerprint);
  if (digits !== undefined && !/^[0-9a-f]{64}$/.test(digits)) {
    const message = `${digits.length} digits given; the SHA-256 of the server's certificate is needed, 64 hexadecimal digits, as looking around tells it`;
    mistakes.push({ field: 'fingerprint', message });
  }
  return mistakes;
}

function isServerUrl(text: string): boolean {
  if (!text.startsWith('opc.tcp://') || !URL.canParse(text)) return false;
  const { hostname, username, password, search, hash } = new URL(text);
  return hostname !== '' && `${username}${password}${search}${hash}` === '';
}

/** What the schema cannot say. */
export function opcUaMistakes(settings: OpcUaSettings): Mistake[] {
  const { values } = settings;
  const nodeMistakes = values.flatMap(({ nodeId }, index) => {
    const namespace = Number(/^ns=(\d+);/.exec(nodeId)?.[1] ?? 0);
    if (nodeIdForm.test(nodeId) && namespace <= 65_535) return [];
    const message = `${JSON.stringify(nodeId)} is no node id; such as ns=2;s=Meter.Power or ns=2;i=1001, as the server shows it`;
    return [{ field: `values.${index}.nodeId`, message }];
  });
  return [...accessMistakes(settings), ...nodeMistakes, ...rowMistakes(values, 'values')];
}

/** Rows of one id are one meter, whose name and interval are the first's. */
export function metersOf(
  values: readonly ValueRow[],
): ReadonlyMap<string, readonly [ValueRow, ...ValueRow[]]> {
  const meters = new Map<string, [ValueRow, ...ValueRow[]]>();
  for (const row of values) {
    const its = meters.get(row.id);
    if (its === undefined) meters.set(row.id, [row]);
    else its.push(row);
  }
  return meters;
}

export function opcUaMeters({ values }: OpcUaSettings): ConnectorMeter[] {
  return [...metersOf(values)].map(([id, its]) => {
    const sampleMs = everyMsOf(its[0]);
    const series: QuantityId[] = its.map(({ quantity }) => quantity);
    return { id, name: its[0].name, profile: 'opcua', windowS: windowFor(sampleMs / 1000), sampleMs, series };
  });
}

/** Registered for OPC UA (OPC 10000-6, 7.2). */
const usualPort = '4840';

function withPort(text: string): string {
  const url = new URL(text);
  if (url.port === '') url.port = usualPort;
  return url.href;
}

/** The server as the settings tell it. */
export function accessOf(settings: AccessSettings, client: ClientIdentity): ServerAccess {
  const { url, security, login: kind, user = '', password = '', fingerprint } = settings;
  const login: Login = kind === 'user' ? { kind, user, password } : { kind };
  return { url: withPort(url), security, login, fingerprint: bare(fingerprint), client };
}
