import type { DataValue, StatusCode, Variant } from 'node-opcua-client';
import type { Reason } from '#core/wire/reasons.ts';
import type { Missing } from './messages.ts';
import { nodeCodeOf } from './words.ts';

/** Built-in types that hold one number (OPC 10000-6, 5.1.2): Boolean, SByte to UInt64, Float and Double. */
const [boolean, int64, uint64, lastNumber] = [1, 8, 9, 11];

export type Reading = { readonly value: number } | { readonly missing: Missing };

/** The number in a value, or why it has none. A status that is not good makes it missing, whatever number stands beside it. */
export function readingOf({ value, statusCode }: DataValue): Reading {
  if (!isGood(statusCode)) return missingBy(statusCode);
  const number = numberIn(value);
  if (number !== undefined) return { value: number };
  const because = isNumber(value) ? 'opcua.node.large' : 'opcua.node.type';
  return { missing: { reason: 'malformed', kind: 'wrongType', because, told: typeOf(value) } };
}

/**
 * Good, whatever the bits 0 to 11 beside it say of a limit or of a queue that ran over: they do not change what it means (OPC
 * 10000-4, 7.39.1). Not so where the server says that unit or structure of the value have changed (bits 14 and 15), or more than
 * that it is good: such as GoodLocalOverride, a value that somebody entered by hand.
 */
const isGood = ({ value }: StatusCode): boolean => value >>> 12 === 0;

/** A status as why there is no value. The severity is in the upper two bits (OPC 10000-4, 7.39.1). */
export function missingBy(status: StatusCode): { missing: Missing } {
  const isUncertain = status.value >>> 30 === 1;
  // The library puts such bits behind the name: `BadNotConnected#LimitConstant`.
  const [bare = ''] = status.name.split('#');
  const name = bare === 'Good' ? status.name : bare;
  return {
    missing: {
      reason: reasonOf(name),
      kind: isUncertain ? 'uncertain' : 'badStatus',
      because: nodeCodeOf(name),
      told: name,
    },
  };
}

/** What the server says of its own way to the device, as the ledger names it. */
function reasonOf(status: string): Reason {
  if (/^Bad(NodeId|Attribute|NotReadable|UserAccess|NotSupported|ConfigurationError)/.test(status))
    return 'notConfigured';
  if (/^Bad(NoCommunication|NotConnected|OutOfService|WaitingForInitialData|ServerNotConnected)/.test(status))
    return 'offline';
  if (/^Bad(Timeout|RequestTimeout|CommunicationError)/.test(status)) return 'timeout';
  if (/OutOfRange|EngineeringUnitsExceeded/.test(status)) return 'implausible';
  return 'exception';
}

/** Whole numbers of 64 bits come as their two halves, the upper first. Those that a double cannot hold are none. */
export function numberIn(variant: Variant | null | undefined): number | undefined {
  if (variant === null || variant === undefined || variant.arrayType !== 0) return undefined;
  const { dataType, value }: { dataType: number; value: unknown } = variant;
  if (dataType === boolean) return typeof value === 'boolean' ? Number(value) : undefined;
  if (dataType === int64 || dataType === uint64) return wide(value, dataType === int64);
  const isOfNumbers = dataType > boolean && dataType <= lastNumber;
  return isOfNumbers && typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function wide(value: unknown, isSigned: boolean): number | undefined {
  if (!Array.isArray(value) || value.length !== 2) return undefined;
  const [high, low]: unknown[] = value;
  if (typeof high !== 'number' || typeof low !== 'number') return undefined;
  const bits = (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
  const number = Number(isSigned ? BigInt.asIntN(64, bits) : bits);
  return Number.isSafeInteger(number) ? number : undefined;
}

const typeNames = [
  ...['Null', 'Boolean', 'SByte', 'Byte', 'Int16', 'UInt16', 'Int32', 'UInt32', 'Int64', 'UInt64'],
  ...['Float', 'Double', 'String', 'DateTime'],
];

const isNumber = (variant: Variant | null | undefined): boolean =>
  variant?.arrayType === 0 && variant.dataType >= boolean && variant.dataType <= lastNumber;

function typeOf(variant: Variant | null | undefined): string {
  const name = typeNames[variant?.dataType ?? 0] ?? 'Structure';
  return (variant?.arrayType ?? 0) === 0 ? name : `${name}[]`;
}
