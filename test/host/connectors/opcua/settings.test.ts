import { describe, expect, test } from 'vitest';
import { connector } from '../../../../host/connectors/opcua/connector.ts';
import { chooseEndpoint, type Endpoint } from '../../../../host/connectors/opcua/endpoints.ts';
import { guessOf } from '../../../../host/connectors/opcua/units.ts';
import { serverFaultOf } from '../../../../host/connectors/opcua/words.ts';
import { mistakesOf } from '../../../../host/set-up/settings-mistakes.ts';

const row = { id: 'm', name: 'M', nodeId: 'ns=2;s=Meter.Power', quantity: 'powerW' };
const settings = { url: 'opc.tcp://plc:4840', security: 'none', login: 'anonymous', values: [row] };
const mistakes = (more: object) => mistakesOf(connector, { ...settings, ...more });

describe('settings', () => {
  test.each([
    'i=2258',
    'ns=3;i=1001',
    'ns=2;s=Device 1/Phase "A" (ü)',
    'ns=1;g=09087e75-8e5e-499b-954f-f2a9603db28a',
    'ns=1;b=M/RbKBsRVkePCePcx24oRA==',
  ])('%s is a node id', nodeId => expect(mistakes({ values: [{ ...row, nodeId }] })).toEqual([]));

  test.each([
    'Meter.Power',
    'ns=2;Power',
    'ns=70000;i=1',
    'ns=2;i=abc',
    'ns=2;s=',
    'ns=1;g=1',
    'ns=1;s=a\nb',
  ])('%j is none', nodeId =>
    expect(mistakes({ values: [{ ...row, nodeId }] })).toEqual([
      { field: 'values.0.nodeId', message: expect.stringContaining('is no node id; such as ns=2;s=') },
    ]),
  );

  test('what cannot be is told by its field', () => {
    const fields = (more: object) => mistakes(more).map(({ field }) => field);
    expect(fields({ url: 'http://plc:4840' })).toEqual(['url']);
    expect(fields({ url: 'opc.tcp://ada:secret@plc' })).toEqual(['url']);
    expect(fields({ login: 'user' })).toEqual(['user']);
    expect(fields({ fingerprint: 'ab:cd' })).toEqual(['fingerprint']);
    expect(fields({ values: [row, { ...row, nodeId: 'ns=2;i=2' }] })).toEqual(['values.1.quantity']);
    expect(fields({ values: [{ ...row, quantity: 'energyImportWh', factor: -1 }] })).toEqual([
      'values.0.factor',
    ]);
    expect(mistakes({})).toEqual([]);
  });
});

const uri = (policy: string) => `http://opcfoundation.org/UA/SecurityPolicy#${policy}`;
const endpoint = (securityMode: number, policy: string, tokenTypes: number[] = [0]): Endpoint => ({
  securityMode,
  securityPolicyUri: uri(policy),
  serverCertificate: Buffer.from('3003020101', 'hex'),
  userIdentityTokens: tokenTypes.map(tokenType => ({ tokenType })) as Endpoint['userIdentityTokens'],
});
const anonymous = { kind: 'anonymous' } as const;
const fingerprint = 'a7b3a4bdcb5fc6d0f5fcaa6b2b5eac07eed12eea9ee4b4fd4b8c06aa8ac0df25';
const refusal = (...given: Parameters<typeof chooseEndpoint>): string => {
  try {
    return chooseEndpoint(...given).policy;
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
};

describe('the way in', () => {
  test('the strongest policy in use is taken, and those that were withdrawn never', () => {
    const offered = ['Basic128Rsa15', 'Basic256Sha256', 'Aes256_Sha256_RsaPss', 'Aes128_Sha256_RsaOaep'];
    const endpoints = offered.map(policy => endpoint(3, policy));
    const told = refusal(endpoints, { security: 'encrypt', login: anonymous, fingerprint: undefined });
    const shown = /SHA-256 ([0-9a-f]{64})/.exec(told)?.[1];
    expect(
      chooseEndpoint(endpoints, { security: 'encrypt', login: anonymous, fingerprint: shown }).policy,
    ).toBe(uri('Aes256_Sha256_RsaPss'));
    const old = [endpoint(3, 'Basic256'), endpoint(3, 'Basic128Rsa15')];
    expect(refusal(old, { security: 'encrypt', login: anonymous, fingerprint: shown })).toMatch(
      /^the server offers only Basic256, Basic128Rsa15, which is not safe any more/,
    );
  });

  test('what the server does not offer is told with what it offers', () => {
    const endpoints = [endpoint(1, 'None', [1]), endpoint(2, 'Basic256Sha256', [1, 2])];
    expect(refusal(endpoints, { security: 'encrypt', login: anonymous, fingerprint })).toBe(
      'the server does not offer the security "signed and encrypted"; it offers: none; signed',
    );
    expect(refusal(endpoints, { security: 'none', login: anonymous, fingerprint })).toBe(
      'with this security the server does not take the login "without a login"; it takes: user name and password',
    );
  });
});

describe('a password', () => {
  const ada = { kind: 'user', user: 'ada', password: 'x' } as const;
  const withToken = (mode: number, policy: string, tokenPolicy: string | null): Endpoint => ({
    ...endpoint(mode, policy),
    userIdentityTokens: [{ tokenType: 1, securityPolicyUri: tokenPolicy }] as Endpoint['userIdentityTokens'],
  });
  const secured = withToken(3, 'Basic256Sha256', null);
  const given = { security: 'none', login: ada, fingerprint: undefined } as const;

  test.each([
    ['none', 1, 'None', null],
    ['none', 1, 'None', uri('None')],
    ['sign', 2, 'Basic256Sha256', uri('None')],
  ] as const)(
    'is not sent readable with %s where the server offers better',
    (security, mode, policy, token) => {
      const endpoints = [withToken(mode, policy, token), secured];
      expect(refusal(endpoints, { ...given, security })).toMatch(
        /wants the password readable for anybody in the network, and was not sent it; it offers: signed and encrypted\./,
      );
    },
  );

  test('goes where the server hides it, and where there is nothing better', () => {
    expect(refusal([withToken(1, 'None', uri('Basic256Sha256')), secured], given)).toBe(uri('None'));
    expect(refusal([withToken(1, 'None', null)], given)).toBe(uri('None'));
    expect(refusal([withToken(1, 'None', null), withToken(3, 'Basic256', null)], given)).toBe(uri('None'));
    expect(refusal([withToken(1, 'None', null), secured], { ...given, login: anonymous })).toMatch(
      /does not take the login "without a login"/,
    );
  });
});

test.each([
  ['Power', ['KWT', 'kW'], 'powerW', 1000],
  ['ActivePowerL2', undefined, 'powerL2W', 1],
  ['Total', ['KWH', ''], 'energyImportWh', 1000],
  ['Energy delivered', [undefined, 'kW·h'], 'energyExportWh', 1000],
  ['Export power', ['KWT', 'kW'], 'powerExportW', 1000],
  ['Feeder power', ['KWT', 'kW'], 'powerW', 1000],
  ['ReturnFanPower', ['KWT', 'kW'], 'powerW', 1000],
  ['Produktlinie 2 power', ['KWT', 'kW'], 'powerW', 1000],
  ['Energy returned', ['KWH', 'kWh'], 'energyExportWh', 1000],
  ['Solar production', ['KWH', 'kWh'], 'energyExportWh', 1000],
  ['Export power L1', ['WTT', 'W'], undefined, undefined],
  ['U_L1', [undefined, 'V'], 'voltageL1V', 1],
  ['Reactive', ['KVR', 'kvar'], 'reactivePowerVar', 1000],
  ['Power', [undefined, '%'], undefined, undefined],
  ['Speed', undefined, undefined, undefined],
  ['PowerFactor', undefined, 'powerFactor', 1],
  ['Power factor L2', undefined, 'powerFactorL2', 1],
  ['RatedPower', ['KWT', 'kW'], undefined, undefined],
  ['Power_Limit', undefined, undefined, undefined],
  ['EnergyToday', ['KWH', 'kWh'], undefined, undefined],
  ['CurrentTHD_L1', undefined, undefined, undefined],
] as const)('%s in %j is %s', (name, unit, quantity, factor) => {
  const [code, text] = unit ?? [];
  const id = [...(code ?? '')].reduce((sum, letter) => sum * 256 + letter.charCodeAt(0), 0);
  const guess = guessOf({ name, unit: unit === undefined ? undefined : { id, text: text ?? '' } });
  expect(guess?.quantity).toBe(quantity);
  expect(guess?.factor).toBe(factor);
});

test('an error that nobody knows is told as it is, and not at length', () => {
  const { message, reason } = serverFaultOf(
    new Error(`Odd\n ${'x'.repeat(500)}`),
    'login',
    'opc.tcp://plc:4840/',
    'ab',
  );
  expect(message).toMatch(/^the server at plc:4840 cannot be used: Odd x+$/);
  expect(message.length).toBeLessThan(260);
  expect(reason).toBe('notConfigured');
});
