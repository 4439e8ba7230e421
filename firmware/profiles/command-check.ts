import { wordCount } from '../core/modbus/register.ts';
import type { ProfileForm } from '../core/wire/profile-rule.ts';
import { articled, isSimpleFactor, type Refuse } from './register-check.ts';

type CommandForm = NonNullable<ProfileForm['commands']>[number];

/** What is wrong with the commands of a profile. `field` is the list's own. */
export function checkCommands(commands: readonly CommandForm[], field: string, refuse: Refuse): void {
  for (const [index, command] of commands.entries()) {
    const { id, min, max, scale } = command;
    const own = `${field}[${index}]`;
    const first = commands.findIndex(other => other.id === id);
    if (first < index) refuse(`${own}.id`, id, `each command needs its own, and ${field}[${first}] has it`);
    checkFunction(command, own, refuse);
    if (!isSimpleFactor(scale)) {
      refuse(`${own}.scale`, scale, 'a whole number, or one divided by a whole number (0.1), is allowed');
    }
    if (min > max) refuse(`${own}.max`, max, `${min} (min) or more is allowed`);
    else checkRange(command, own, refuse);
  }
}

function checkFunction({ fc, type, address }: CommandForm, field: string, refuse: Refuse): void {
  if (fc !== 5 && fc !== 6 && fc !== 15 && fc !== 16) {
    refuse(`${field}.fc`, fc, '5 (a coil), 6 (a register), 15 (coils) or 16 (registers) is allowed');
    return;
  }
  const isCoil = fc === 5 || fc === 15;
  if (type === 'bit') {
    refuse(
      `${field}.type`,
      type,
      'a single bit cannot be written without its neighbours; bool is allowed for a coil',
    );
  } else if (isCoil !== (type === 'bool')) {
    refuse(`${field}.fc`, fc, type === 'bool' ? 'a bool needs 5 or 15' : `${articled(type)} needs 6 or 16`);
  } else if (fc === 6 && wordCount(type) > 1) {
    refuse(
      `${field}.fc`,
      fc,
      `function 6 writes one register, ${articled(type)} has ${wordCount(type)}; 16 is allowed`,
    );
  }
  if (address + wordCount(type) > 0x1_0000) {
    refuse(
      `${field}.address`,
      address,
      `${0x1_0000 - wordCount(type)} is the last at which ${articled(type)} fits`,
    );
  }
}

/** Whole raw values that a type can be written with; a float takes any. */
const rawRange: Readonly<Partial<Record<CommandForm['type'], readonly [min: number, max: number]>>> =
  Object.freeze({
    bool: Object.freeze([0, 1] as const),
    uint16: Object.freeze([0, 0xffff] as const),
    int16: Object.freeze([-0x8000, 0x7fff] as const),
    uint32: Object.freeze([0, 0xffff_ffff] as const),
    int32: Object.freeze([-0x8000_0000, 0x7fff_ffff] as const),
    uint64: Object.freeze([0, Number.MAX_SAFE_INTEGER] as const),
    int64: Object.freeze([Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER] as const),
    bcd16: Object.freeze([0, 9999] as const),
    bcd32: Object.freeze([0, 99_999_999] as const),
    bcd64: Object.freeze([0, Number.MAX_SAFE_INTEGER] as const),
  });

function checkRange(command: CommandForm, field: string, refuse: Refuse): void {
  const range = rawRange[command.type];
  if (range === undefined || command.scale === 0) return;
  for (const name of ['min', 'max'] as const) {
    const raw = Math.round(command[name] / command.scale);
    if (raw >= range[0] && raw <= range[1]) continue;
    refuse(
      `${field}.${name}`,
      command[name],
      `with scale ${command.scale} that is ${raw} in the meter, and ${articled(command.type)} holds ${range[0]} to ${range[1]}`,
    );
  }
}
