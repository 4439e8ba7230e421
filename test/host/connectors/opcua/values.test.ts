import { DataType, DataValue, StatusCode, StatusCodes } from 'node-opcua-client';
import { expect, test } from 'vitest';
import { readingOf } from '../../../../host/connectors/opcua/values.ts';

/** What is read of 5 with this status, and bits beside it. */
const read = (status: StatusCode, bits = 0) =>
  readingOf(
    new DataValue({
      value: { dataType: DataType.Double, value: 5 },
      statusCode: StatusCode.makeStatusCode(status, bits),
    }),
  );

test('bits beside a good status that tell of limits and queues take no value away', () => {
  for (const bits of [0, 0x300, 0x480, 0x700]) expect(read(StatusCodes.Good, bits)).toEqual({ value: 5 });
});

test('a value whose unit may be another now, or that somebody entered, is none', () => {
  expect(read(StatusCodes.Good, 0x4000)).toMatchObject({
    missing: { because: 'opcua.node.status', told: 'Good#SemanticChanged' },
  });
  expect(read(StatusCodes.GoodLocalOverride)).toMatchObject({ missing: { kind: 'badStatus' } });
});

test('bits beside a bad one take no words away', () => {
  expect(read(StatusCodes.BadNotConnected, 0x700)).toEqual({
    missing: {
      reason: 'offline',
      kind: 'badStatus',
      because: 'opcua.node.notConnected',
      told: 'BadNotConnected',
    },
  });
  expect(read(StatusCodes.UncertainLastUsableValue, 0x300)).toMatchObject({
    missing: { kind: 'uncertain', because: 'opcua.node.last' },
  });
});
