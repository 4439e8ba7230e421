import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiErrors } from '../../../host/api/error-table.ts';
import { routesOf } from '../../security/stage.ts';
import { type HostUnderTest, startHostUnderTest } from './host-under-test.ts';
import { personOf } from './signed-in.ts';

type Json = { readonly [name: string]: Json } & readonly Json[] & string;

let host: HostUnderTest;
let document: Json;
/** Each operation by its method and path. */
const operations: [name: string, operation: Json][] = [];

beforeAll(async () => {
  host = await startHostUnderTest();
  const ada = await personOf(host, 'ada', { '*': 'admin' });
  document = (await ada.ask('GET', '/api/docs/json')).json();
  for (const [path, item] of Object.entries(document.paths ?? {}))
    for (const [method, operation] of Object.entries(item)) operations.push([`${method} ${path}`, operation]);
});
afterAll(() => host.close());

const at = (pointer: string): unknown =>
  pointer
    .slice(2)
    .split('/')
    .map(name => decodeURIComponent(name).replace(/~1/g, '/').replace(/~0/g, '~'))
    .reduce<Json | undefined>((place, name) => place?.[name], document);

function* objectsIn(value: unknown): Generator<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield value as Record<string, unknown>;
  for (const child of Object.values(value)) yield* objectsIn(child);
}

describe('the OpenAPI document', () => {
  it('is of version 3.1 and holds every route of the API', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(document.info).toMatchObject({ title: 'Joulegate', version: expect.any(String) });
    const told = operations.map(([name]) => name.toLowerCase());
    const missing = routesOf(host)
      .filter(route => route.includes(' /api/v1/'))
      .map(route => route.replace(/:(\w+)/g, '{$1}').toLowerCase())
      .filter(route => !told.includes(route));
    expect(missing).toEqual([]);
  });

  it('has references that all lead somewhere', () => {
    const refs = [...objectsIn(document)].flatMap(({ $ref }) => (typeof $ref === 'string' ? [$ref] : []));
    expect(refs.length).toBeGreaterThan(100);
    expect(refs.filter(ref => !ref.startsWith('#/') || at(ref) === undefined)).toEqual([]);
  });

  it('has an id of its own for each operation, a summary, and answers that are described', () => {
    const ids = operations.map(([, { operationId }]) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [name, { operationId, summary, responses = {} as Json }] of operations) {
      expect(operationId, name).toMatch(/^[a-z]+[A-Za-z0-9]+$/);
      expect(summary, name).toMatch(/\S/);
      const codes = Object.keys(responses);
      expect(
        codes.filter(code => !/^([1-5]\d\d|[1-5]XX|default)$/.test(code)),
        name,
      ).toEqual([]);
      expect(
        codes.some(code => code.startsWith('2')),
        name,
      ).toBe(true);
      for (const response of Object.values(responses))
        expect(response.description, name).toBeTypeOf('string');
    }
  });

  it('declares each parameter once, with its place and schema, and those of the path as needed', () => {
    for (const [name, { parameters = [] as unknown as Json }] of operations) {
      const inPath = [...name.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter);
      const list = [...parameters].map(one => one as Json);
      expect(
        list
          .filter(one => one.in === 'path')
          .map(one => one.name)
          .sort(),
        name,
      ).toEqual(inPath.sort());
      expect(new Set(list.map(one => `${one.in} ${one.name}`)).size, name).toBe(list.length);
      for (const one of list) {
        expect(['path', 'query', 'header', 'cookie'], name).toContain(one.in);
        expect(one.schema, name).toBeTypeOf('object');
        if (one.in === 'path') expect(one.required, name).toBe(true);
      }
    }
  });

  it('says of each operation who may ask, in words and for programs, and how that is proved', () => {
    expect(Object.keys(document.components?.securitySchemes ?? {})).toEqual(['session', 'bearer']);
    const open: string[] = [];
    for (const [name, operation] of operations) {
      const access: unknown = operation['x-access'];
      expect(access, name).toBeDefined();
      expect(operation.description, name).toMatch(/(Open to everybody|For )/);
      const proofs = [...(operation.security ?? [])].flatMap(proof => Object.keys(proof));
      if (access === 'public' || access === 'key') open.push(name);
      const wanted =
        access === 'account' ? ['session'] : access === 'sender' ? ['bearer'] : ['session', 'bearer'];
      expect(proofs, name).toEqual(access === 'public' || access === 'key' ? [] : wanted);
    }
    expect(open.length).toBeLessThanOrEqual(6);
  });

  it('has one form of error, with every code there is, its status and its text', () => {
    const codes = Object.keys(apiErrors);
    expect(at('#/components/schemas/ApiError/properties/code/enum')).toEqual(codes);
    expect(Object.keys(document['x-error-codes'] ?? {})).toEqual(codes);
    for (const [name, { responses }] of operations) {
      expect(responses?.['4XX'], name).toMatchObject({
        content: { 'application/json': { schema: { $ref: '#/components/schemas/ApiError' } } },
      });
    }
  });
});
