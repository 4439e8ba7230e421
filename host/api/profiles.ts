import { quantities } from '#core/quantities.ts';
import { type MeterProfile, type ModbusProfile, profileQuantities } from '#profiles/profile.ts';
import { findProfile, profiles } from '#profiles/registry.ts';
import type { GatewayState } from '../fleet.ts';
import { checkProfileText } from '../profiles/profile-text.ts';
import { Type } from '../typebox.ts';
import { Profile, ProfileCheck, ProfilePath, ProfileText, ProfileTextQuery } from './contract.ts';
import { ApiFailure } from './errors.ts';
import { knownGateway } from './gateways.ts';
import { accessOf } from './guard.ts';
import { profileTextOf } from './profile-form.ts';
import { assertRole } from './route-access.ts';
import type { Routes } from './routes.ts';

export const profileRoutes: Routes = (api, parts) => {
  const tags = ['profiles'];
  // They never change while the host runs.
  const all = profiles.map(profileOf);

  api.get(
    '/api/v1/profiles',
    {
      config: { access: 'known' },
      schema: {
        tags,
        summary: 'All meters that Joulegate knows, with their registers',
        response: { 200: Type.Array(Profile) },
      },
    },
    async () => all,
  );

  api.get(
    '/api/v1/profiles/:id/text',
    {
      config: { access: 'known' },
      schema: {
        tags,
        summary: 'A profile of a Modbus meter as JSON, to write one like it',
        params: ProfilePath,
        querystring: ProfileTextQuery,
        response: { 200: ProfileText },
      },
    },
    async request => {
      const { id } = request.params;
      const { gateway } = request.query;
      if (gateway !== undefined)
        assertRole(accessOf(request), parts, { role: 'viewer', of: 'gateway' }, gateway, 'query.gateway');
      const own = gateway === undefined ? undefined : ownProfile(knownGateway(parts, gateway), id);
      if (own !== undefined) return { text: profileTextOf(own) };
      const profile = findProfile(id);
      if (profile?.kind !== 'modbus') {
        throw new ApiFailure('profile.unknown', {
          message: `There is no profile ${id} of a Modbus meter.`,
          field: 'id',
        });
      }
      if (profile.sunspec !== undefined) {
        throw new ApiFailure('profile.unknown', {
          message: `Profile ${id} has no registers to start from: a gateway finds those of a SunSpec device itself. Use it as it is.`,
          field: 'id',
        });
      }
      // Gateways keep the known ones: one like it needs a name of its own.
      return { text: profileTextOf({ ...profile, id: `my-${id}` }) };
    },
  );

  api.post(
    '/api/v1/profiles/check',
    {
      config: { access: 'known' },
      schema: {
        tags,
        summary: 'What is wrong with a profile that a person wrote, by line and column; nothing is kept',
        body: ProfileText,
        response: { 200: ProfileCheck },
      },
    },
    async request => {
      const checked = checkProfileText(request.body.text);
      return 'profile' in checked
        ? { mistakes: [], profile: checked.profile }
        : { mistakes: checked.mistakes.map(mistake => ({ ...mistake })), profile: null };
    },
  );
};

/** A profile that came with the settings of a gateway: wanted, or else running. */
const ownProfile = ({ desired, running }: GatewayState, id: string) =>
  (desired ?? running)?.profiles?.find(profile => profile.id === id);

/** A profile as the API tells it. */
function profileOf(profile: MeterProfile): Profile {
  const { id, kind, manufacturer, model } = profile;
  const base = { id, kind, manufacturer, model, quantities: [...profileQuantities(profile)] };
  return profile.kind === 'modbus' ? { ...base, ...modbusOf(profile) } : { ...base, ...nothing };
}

const nothing = {
  note: null,
  source: null,
  baud: null,
  parity: null,
  stopBits: null,
  address: null,
  maxRegistersPerRead: null,
  registers: [],
  commands: [],
} satisfies Partial<Profile>;

const modbusOf = ({ defaults, limits, registers, source, note, commands = [] }: ModbusProfile) => ({
  baud: defaults.baud ?? null,
  parity: defaults.parity ?? null,
  stopBits: defaults.stopBits ?? null,
  address: defaults.address ?? null,
  maxRegistersPerRead: limits.maxRegistersPerRead,
  note: note ?? null,
  source: source ?? null,
  registers: registers.map(({ quantity, fc, address, type, order, scale, everyMs, isDoubtful }) => ({
    quantity,
    unit: quantities[quantity].unit,
    fc,
    address,
    type,
    order,
    scale,
    everyMs: everyMs ?? null,
    isDoubtful: isDoubtful ?? false,
  })),
  commands: commands.map(({ id, name, min, max, unit }) => ({ id, name, min, max, unit: unit ?? null })),
});
