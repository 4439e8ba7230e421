import type { HomeAssistantState } from '../home-assistant/home-assistant.ts';
import { homeAssistantLimits } from '../home-assistant/limits.ts';
import { homeAssistantFields as fields } from '../home-assistant/settings.ts';
import { withoutSecrets, withSecretsOf } from '../set-up/secret-fields.ts';
import { SettingsMistakes } from '../set-up/settings-mistakes.ts';
import { Type } from '../typebox.ts';
import { recordChange } from './audited.ts';
import {
  HomeAssistantChange,
  HomeAssistantEntry,
  HomeAssistantKind,
  HomeAssistantPath,
  NewHomeAssistant,
} from './contract.ts';
import { ApiFailure, mistaken } from './errors.ts';
import { unknownOf } from './route-access.ts';
import type { Routes } from './routes.ts';

/** It speaks with any address that it is given, so it is for those who administer the host. */
const access = { role: 'admin', of: 'host' } as const;
const tags = ['home assistant'];

export const homeAssistantRoutes: Routes = (api, parts) => {
  const { homeAssistants, sites } = parts;
  const shown = ({ settings, ...state }: HomeAssistantState): HomeAssistantEntry => ({
    ...state,
    settings: settings === undefined ? null : withoutSecrets(fields, settings),
  });
  const told = ({ name, site, isOn, settings }: HomeAssistantState) => ({
    name,
    site,
    isOn,
    settings: withoutSecrets(fields, settings ?? null),
  });
  const known = (id: string): HomeAssistantState => {
    const state = homeAssistants.get(id);
    if (state !== undefined) return state;
    throw new ApiFailure('homeAssistant.unknown', { message: `There is no set-up ${id}.`, field: 'id' });
  };
  const assertSite = (site: string | null): void => {
    if (site !== null && !sites.has(site)) throw unknownOf('site', site, 'body.site');
  };

  api.get(
    '/api/v1/home-assistant/kinds',
    {
      config: { access },
      schema: { tags, summary: 'What a set-up has to say', response: { 200: Type.Array(HomeAssistantKind) } },
    },
    async () => [
      {
        fields: fields.map(field => ({
          ...field,
          choices: field.choices && [...field.choices],
        })) as HomeAssistantKind['fields'],
      },
    ],
  );

  api.get(
    '/api/v1/home-assistant',
    {
      config: { access },
      schema: {
        tags,
        summary: 'The Home Assistants that are told of meters',
        response: { 200: Type.Array(HomeAssistantEntry) },
      },
    },
    async () => homeAssistants.list().map(shown),
  );

  api.post(
    '/api/v1/home-assistant',
    {
      config: { access },
      schema: {
        tags,
        summary: 'Tell a Home Assistant of the meters of a site, or of all sites, by MQTT discovery',
        body: NewHomeAssistant,
        response: { 201: HomeAssistantEntry },
      },
    },
    async (request, reply) => {
      const { id, name, site = null, isOn = true, settings = {} } = request.body;
      assertSite(site);
      if (homeAssistants.get(id) !== undefined)
        throw new ApiFailure('homeAssistant.exists', { message: `The id ${id} is taken.`, field: 'id' });
      if (homeAssistants.list().length >= homeAssistantLimits.setUps)
        throw new ApiFailure('homeAssistants.tooMany');
      const made = await inWords(() => homeAssistants.save({ id, name, site, isOn, settings }));
      recordChange(parts, request, {
        action: 'homeAssistant.create',
        subject: id,
        site: null,
        after: told(made),
      });
      return reply.code(201).send(shown(made));
    },
  );

  api.put(
    '/api/v1/home-assistant/:id',
    {
      config: { access },
      schema: {
        tags,
        summary: 'Change a set-up, switch it on or off; off, Home Assistant forgets its meters',
        params: HomeAssistantPath,
        body: HomeAssistantChange,
        response: { 200: HomeAssistantEntry },
      },
    },
    async request => {
      const before = known(request.params.id);
      const { name, site, isOn } = request.body;
      assertSite(site);
      // A password is not sent to a broker that it was not given for.
      const isSamePlace = placeOf(before.settings) === placeOf(request.body.settings);
      const settings = withSecretsOf(
        fields,
        request.body.settings,
        isSamePlace ? before.settings : undefined,
      );
      const made = await inWords(() => homeAssistants.save({ id: before.id, name, site, isOn, settings }));
      recordChange(parts, request, {
        action: 'homeAssistant.change',
        subject: before.id,
        site: null,
        before: told(before),
        after: told(made),
      });
      return shown(made);
    },
  );

  api.delete(
    '/api/v1/home-assistant/:id',
    {
      config: { access },
      schema: {
        tags,
        summary: 'End a set-up; Home Assistant forgets its meters',
        params: HomeAssistantPath,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      const before = known(request.params.id);
      await homeAssistants.remove(before.id);
      recordChange(parts, request, {
        action: 'homeAssistant.remove',
        subject: before.id,
        site: null,
        before: told(before),
      });
      return reply.code(204).send(null);
    },
  );
};

function placeOf(settings: unknown): string {
  const { url = '', user = '' }: { url?: unknown; user?: unknown } = {
    ...(typeof settings === 'object' ? settings : {}),
  };
  return JSON.stringify([url, user]);
}

/** @throws ApiFailure */
async function inWords<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof SettingsMistakes) throw mistaken('homeAssistant.settings', error.mistakes);
    throw error;
  }
}
