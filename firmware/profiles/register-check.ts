import { wordCount } from '../core/modbus/register.ts';
import { isQuantityId, quantities } from '../core/quantities.ts';
import type { ProfileForm } from '../core/wire/profile-rule.ts';
import { nearestQuantities } from './nearest.ts';

type RegisterForm = ProfileForm['registers'][number];

/** Takes a mistake: the field, what stands there, what is allowed instead. */
export type Refuse = (field: string, given: unknown, allowed: string) => void;

/** What is wrong with one register by itself. `field` is its own, `registers[3]`. */
export function checkRegister(register: RegisterForm, field: string, refuse: Refuse): void {
  const { quantity, address, type, scaleRegister, isDoubtful } = register;
  if (!isQuantityId(quantity)) {
    const nearest = nearestQuantities(quantity).join(', ');
    refuse(`${field}.quantity`, quantity, `the id of a quantity is allowed; the nearest are ${nearest}`);
  }
  checkFunction(register, field, refuse);
  if (address + wordCount(type) > 0x1_0000) {
    refuse(
      `${field}.address`,
      address,
      `${0x1_0000 - wordCount(type)} is the last at which ${articled(type)} fits`,
    );
  }
  if (!isSimpleFactor(register.scale)) refuse(`${field}.scale`, register.scale, factorHint);
  if (scaleRegister !== undefined && (type === 'bool' || type === 'bit')) {
    refuse(
      `${field}.scaleRegister`,
      scaleRegister,
      `${articled(type)} is 0 or 1 and not scaled; leave it out`,
    );
  }
  if (isDoubtful === false) refuse(`${field}.isDoubtful`, isDoubtful, 'true is allowed; else leave it out');
  checkResolution(register, field, refuse);
  checkAbsent(register, field, refuse);
}

function checkFunction({ fc, type, bit }: RegisterForm, field: string, refuse: Refuse): void {
  if (type === 'bool' && fc > 2) {
    refuse(
      `${field}.fc`,
      fc,
      'a bool is a coil (1) or a discrete input (2); one bit of a register is of type bit',
    );
  }
  if (type !== 'bool' && fc <= 2) {
    refuse(
      `${field}.fc`,
      fc,
      `${articled(type)} is in a holding (3) or input register (4); a coil is of type bool`,
    );
  }
  if (type === 'bit' && bit === undefined) {
    refuse(`${field}.bit`, undefined, 'a bit needs its place, 0 (least significant) to 15');
  }
  if (type !== 'bit' && bit !== undefined)
    refuse(`${field}.bit`, bit, `${articled(type)} has none; leave it out`);
}

/** A type as it stands in a sentence. */
export const articled = (type: string): string => `${type.startsWith('i') ? 'an' : 'a'} ${type}`;

/** A counter read as a float has noise below its last digit, and only its maker's manual says where that is. */
function checkResolution(register: RegisterForm, field: string, refuse: Refuse): void {
  const { quantity, type, resolution } = register;
  if (!isQuantityId(quantity)) return;
  const { kind, unit, decimals } = quantities[quantity];
  const least = 1 / 10 ** decimals;
  if (resolution === undefined) {
    if (kind === 'counter' && type.startsWith('float')) {
      refuse(
        `${field}.resolution`,
        undefined,
        `a counter in a ${type} needs its last digit in ${unit}, such as 1`,
      );
    }
  } else if (resolution < least || !isSimpleFactor(resolution)) {
    refuse(`${field}.resolution`, resolution, `${least} ${unit} or more is allowed; ${factorHint}`);
  }
}

function checkAbsent({ type, absentRaw }: RegisterForm, field: string, refuse: Refuse): void {
  const digits = wordCount(type) * 4;
  for (const [index, raw] of (absentRaw ?? []).entries()) {
    const isNumber = typeof raw === 'number' && (type.startsWith('float') || Number.isSafeInteger(raw));
    const isText = typeof raw === 'string' && raw.length === digits && /^[0-9a-fA-F]+$/.test(raw);
    if (isNumber || isText) continue;
    refuse(
      `${field}.absentRaw[${index}]`,
      raw,
      `a whole number that a double holds exactly, or ${digits} hexadecimal digits as text, is allowed for ${articled(type)}`,
    );
  }
}

const factorHint = 'a whole number, or one divided by a whole number (0.1, 0.001), is allowed';

/** Whether a factor is a whole number or the inverse of one, and not 0: only these scale without rounding noise. */
export function isSimpleFactor(factor: number): boolean {
  const size = Math.abs(factor);
  if (size >= 1) return Number.isInteger(size);
  const inverse = 1 / size;
  return size > 0 && inverse <= 1e9 && Math.abs(inverse - Math.round(inverse)) < inverse * 1e-12;
}

/** Addresses that a register takes, for itself or for what scales it. */
interface Taken {
  readonly field: string;
  readonly index: number;
  readonly fc: number;
  readonly start: number;
  readonly end: number;
  readonly what: 'value' | 'scale' | number;
}

/** Registers that lie over each other, and quantities that two registers give. */
export function checkTogether(registers: readonly RegisterForm[], field: string, refuse: Refuse): void {
  const taken: Taken[] = [];
  for (const [index, register] of registers.entries()) {
    const { quantity, fc, address, scaleRegister, bit } = register;
    const first = registers.findIndex(other => other.quantity === quantity);
    if (first < index) {
      refuse(`${field}[${index}].quantity`, quantity, `each quantity once, and ${field}[${first}] gives it`);
    }
    const end = address + wordCount(register.type);
    const what = register.type === 'bit' ? (bit ?? 0) : 'value';
    const own: Taken[] = [{ field: 'address', index, fc, start: address, end, what }];
    if (scaleRegister !== undefined) {
      own.push({
        field: 'scaleRegister',
        index,
        fc,
        start: scaleRegister,
        end: scaleRegister + 1,
        what: 'scale',
      });
    }
    for (const piece of own) {
      const other = taken.find(before => isInTheWay(piece, before));
      if (other !== undefined) {
        const range = other.end - other.start > 1 ? `${other.start} to ${other.end - 1}` : `${other.start}`;
        const whose = `${field}[${other.index}].${other.field} (${registers[other.index]?.quantity})`;
        refuse(`${field}[${index}].${piece.field}`, piece.start, `${range} is taken by ${whose}`);
      }
      taken.push(piece);
    }
  }
}

/** Two values may share a scale register, and two different bits a register; all else needs its own place. */
function isInTheWay(a: Taken, b: Taken): boolean {
  if (a.fc !== b.fc || a.start >= b.end || b.start >= a.end) return false;
  if (a.what === 'scale' && b.what === 'scale') return false;
  return typeof a.what !== 'number' || typeof b.what !== 'number' || a.what === b.what;
}
