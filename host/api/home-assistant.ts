import type { HomeAssistantState } from '../home-assistant/home-assistant.ts';
import { homeAssistantLimits } from '../home-assistant/limits.ts';
import { homeAssistantFields as fields } from '../home-assistant/settings.ts';
import { withoutSecrets, withSecretsOf } from '../set-up/secret-fields.ts';
import { Type } from '../typebox.ts';
import { recordChange } from './audited.ts';
import {
  HomeAssistantChange,
  HomeAssistantEntry,
  HomeAssistantKind,
  HomeAssistantPath,
  HomeAssistantProbe,
  HomeAssistantTry,
  NewHomeAssistant,
} from './contract.ts';
import { ApiFailure } from './errors.ts';
import { accessOf } from './guard.ts';
import type { Routes } from './routes.ts';
import { assertAdminister, assertNew, inWords, shownFault, shownFields, whenGone } from './set-up-routes.ts';

/** It speaks with any address that it is given, so it is for those who administer the host. */
const access = { role: 'admin', of: 'host' } as const;
const tags = ['home assistant'];

export const homeAssistantRoutes: Routes = (api, parts) => {
  const { homeAssistants } = parts;
  const shown = ({ settings, fault, ...state }: HomeAssistantState): HomeAssistantEntry => ({
    ...state,
    ...shownFault(fault),
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

  api.get(
    '/api/v1/home-assistant/kinds',
    {
      config: { access },
      schema: { tags, summary: 'What a set-up has to say', response: { 200: Type.Array(HomeAssistantKind) } },
    },
    async () => [{ fields: shownFields(fields) }],
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
      assertAdminister(accessOf(request), parts, site);
      assertNew('homeAssistant', homeAssistants, homeAssistantLimits.setUps, id);
      const made = await inWords('homeAssistant', () =>
        homeAssistants.save({ id, name, site, isOn, settings }),
      );
      recordChange(parts, request, {
        action: 'homeAssistant.create',
        subject: id,
        site: null,
        after: told(made),
      });
      return reply.code(201).send(shown(made));
    },
  );

  api.post(
    '/api/v1/home-assistant/probe',
    {
      config: { access },
      schema: {
        tags,
        summary:
          'Connect to the broker by these settings and tell what is wrong; nothing is saved or said there',
        body: HomeAssistantTry,
        response: { 200: HomeAssistantProbe },
      },
    },
    async (request, reply) => {
      const { id, settings } = request.body;
      const before = id === undefined ? undefined : known(id).settings;
      const fault = await inWords('homeAssistant', async () =>
        homeAssistants.probe(withSecretsOf(fields, settings, before), whenGone(reply)),
      );
      return shownFault(fault);
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
      assertAdminister(accessOf(request), parts, site);
      const made = await inWords('homeAssistant', async () => {
        const settings = withSecretsOf(fields, request.body.settings, before.settings);
        return homeAssistants.save({ id: before.id, name, site, isOn, settings });
      });
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
