import { jsonText } from '../core/json.ts';
import { limits } from '../core/limits.ts';
import { misfitsOf, planReads } from '../core/modbus/plan.ts';
import { isQuantityId } from '../core/quantities.ts';
import { conforms, type Mistake, mistakesOf } from '../core/rules.ts';
import { type ProfileForm, profileRule } from '../core/wire/profile-rule.ts';
import type { GatewaySettings } from '../core/wire/settings.ts';
import { checkCommands } from './command-check.ts';
import { type ModbusProfile, trustedRegisters } from './profile.ts';
import { checkRegister, checkTogether, type Refuse } from './register-check.ts';

const mostMistakes = 20;

/**
 * The profile of a Modbus meter in a value that a user wrote, or its mistakes (20 at most), each with its field, what
 * was given and what is allowed. What passes can be read: every quantity is known and has one register, no two
 * registers lie over each other, and each fits in a read within the profile's own limits. Whether its id is free is
 * not asked here.
 */
export function checkProfile(
  value: unknown,
): { readonly profile: ModbusProfile } | { readonly mistakes: readonly Mistake[] } {
  if (!conforms(profileRule, value)) return { mistakes: mistakesOf(profileRule, value) };
  const mistakes: Mistake[] = [];
  const refuse: Refuse = (field, given, allowed) => {
    if (mistakes.length < mostMistakes) mistakes.push({ field, message: `${shown(given)}; ${allowed}` });
  };
  checkSize(value, mistakes);
  if (!isProfile(value, refuse, mistakes)) return { mistakes };
  checkPlan(value, refuse);
  return mistakes.length === 0 ? { profile: value } : { mistakes };
}

/** Whether a value of the right shape is a profile, register by register and command by command. */
function isProfile(form: ProfileForm, refuse: Refuse, mistakes: readonly Mistake[]): form is ModbusProfile {
  const { registers, commands = [] } = form;
  for (const [index, register] of registers.entries()) {
    // To find the nearest of all quantities takes a device some milliseconds.
    if (mistakes.length >= mostMistakes) return false;
    checkRegister(register, `registers[${index}]`, refuse);
  }
  checkTogether(registers, 'registers', refuse);
  checkCommands(commands, 'commands', refuse);
  checkIdentity(form, refuse);
  return mistakes.length === 0;
}

function checkIdentity({ identity = {} }: ProfileForm, refuse: Refuse): void {
  for (const name of ['serial', 'model', 'firmware'] as const) {
    const part = identity[name];
    if (part === undefined) continue;
    const { address, words, type } = part;
    if (type === 'uint' && words > 4) refuse(`identity.${name}.words`, words, 'a uint has 1 to 4');
    if (address + words > 0x1_0000) {
      refuse(
        `identity.${name}.address`,
        address,
        `${0x1_0000 - words} is the last at which ${words} registers fit`,
      );
    }
  }
}

/** Characters are counted: of a profile's bytes few are more than those, and to code it a second time takes long. */
function checkSize(form: ProfileForm, mistakes: Mistake[]): void {
  const { length } = JSON.stringify(form);
  if (length <= limits.profileCharacters) return;
  const message = `${length} characters given; at most ${limits.profileCharacters} are allowed: leave out registers that you do not need`;
  mistakes.push({ field: '(all)', message });
}

/** Whether each register fits in a read that the meter allows, and how many reads it takes. */
function checkPlan(profile: ModbusProfile, refuse: Refuse): void {
  const registers = trustedRegisters(profile);
  if (registers.length === 0) {
    const { length } = profile.registers;
    refuse('registers', length, `at least one register that is not doubtful is needed`);
  }
  const misfits = misfitsOf(registers, profile.limits);
  for (const { register, why } of misfits) {
    const index = profile.registers.indexOf(register);
    refuse(`registers[${index}].address`, register.address, `${why}; change limits, or leave it out`);
  }
  if (misfits.length > 0) return;
  const reads = planReads(registers, profile.limits).length;
  if (reads > limits.readsPerProfile) {
    refuse(
      'limits.maxHoleRegisters',
      profile.limits.maxHoleRegisters,
      `the registers need ${reads} reads, and ${limits.readsPerProfile} are allowed: let a read span wider holes, or leave registers out`,
    );
  }
}

/** The profiles of settings that passed `checkSettings`. */
export const ownProfiles = ({ profiles = [] }: Pick<GatewaySettings, 'profiles'>): readonly ModbusProfile[] =>
  profiles.filter(hasKnownQuantities);

/** All that a checked form and a profile differ in. */
const hasKnownQuantities = (form: ProfileForm): form is ModbusProfile =>
  form.registers.every(({ quantity }) => isQuantityId(quantity));

function shown(given: unknown): string {
  if (given === undefined) return 'nothing given';
  const text = jsonText(given);
  return `${text.length > 40 ? `${text.slice(0, 40)}…` : text} given`;
}
