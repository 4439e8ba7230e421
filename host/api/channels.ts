import type { Access } from '../auth/access.ts';
import type { ChannelState } from '../notify/channels.ts';
import { notifyLimits } from '../notify/limits.ts';
import { withoutSecrets, withSecretsOf } from '../set-up/secret-fields.ts';
import { SettingsMistakes } from '../set-up/settings-mistakes.ts';
import { Type } from '../typebox.ts';
import { recordChange } from './audited.ts';
import {
  ChannelChange,
  ChannelDeliveries,
  ChannelEntry,
  ChannelKind,
  ChannelPath,
  ChannelTest,
  NewChannel,
} from './contract.ts';
import { ApiFailure } from './errors.ts';
import { accessOf } from './guard.ts';
import type { Routes } from './routes.ts';
import {
  assertAdminister,
  assertNew,
  inWords,
  mayAdminister,
  notSent,
  shownFault,
  shownFields,
  whenGone,
} from './set-up-routes.ts';

/** Of a site: by its admins. Of the host: by those who administer all of it. */
const access = { role: 'admin', of: 'visible' } as const;
const tags = ['channels'];

export const channelRoutes: Routes = (api, parts) => {
  const { channels } = parts;
  const fieldsOf = (kind: string) => channels.kinds.get(kind)?.fields;
  const shown = ({ settings, fault, ...state }: ChannelState): ChannelEntry => ({
    ...state,
    ...shownFault(fault ?? undefined),
    settings: settings === undefined ? null : withoutSecrets(fieldsOf(state.kind), settings),
  });
  /** What is of another's is answered like what is not there. */
  const known = (who: Access, id: string): ChannelState => {
    const state = channels.get(id);
    if (state === undefined || !mayAdminister(who, state.site))
      throw new ApiFailure('channel.unknown', { message: `There is no channel ${id}.`, field: 'id' });
    return state;
  };
  const told = ({ kind, name, isOn, settings }: ChannelState) => ({
    kind,
    name,
    isOn,
    settings: withoutSecrets(fieldsOf(kind), settings ?? null),
  });

  api.get(
    '/api/v1/channels/kinds',
    {
      config: { access },
      schema: {
        tags,
        summary: 'Ways to bring messages to people',
        response: { 200: Type.Array(ChannelKind) },
      },
    },
    async () =>
      [...channels.kinds.values()].map(({ id, name, about, fields, isForHostOnly = false }) => ({
        id,
        name,
        about,
        fields: shownFields(fields),
        isForHostOnly,
      })),
  );

  api.get(
    '/api/v1/channels',
    {
      config: { access },
      schema: {
        tags,
        summary: 'The channels of the sites that one administers; those of the host for its admins',
        response: { 200: Type.Array(ChannelEntry) },
      },
    },
    async request =>
      channels
        .list()
        .filter(({ site }) => mayAdminister(accessOf(request), site))
        .map(shown),
  );

  api.post(
    '/api/v1/channels',
    {
      config: { access },
      schema: {
        tags,
        summary: 'Set up a channel; one of a site reaches servers on the internet alone',
        body: NewChannel,
        response: { 201: ChannelEntry },
      },
    },
    async (request, reply) => {
      const { site = null, id } = request.body;
      assertAdminister(accessOf(request), parts, site);
      assertNew('channel', channels, notifyLimits.channels, id);
      const made = await inWords('channel', () => channels.save({ ...request.body, site }));
      recordChange(parts, request, { action: 'channel.create', subject: id, site, after: told(made) });
      return reply.code(201).send(shown(made));
    },
  );

  api.put(
    '/api/v1/channels/:id',
    {
      config: { access },
      schema: {
        tags,
        summary: 'Change a channel, switch it on or off; what waits is tried at once',
        params: ChannelPath,
        body: ChannelChange,
        response: { 200: ChannelEntry },
      },
    },
    async request => {
      const before = known(accessOf(request), request.params.id);
      const { id, kind, site } = before;
      const made = await inWords('channel', async () => {
        const settings = withSecretsOf(fieldsOf(kind), request.body.settings, before.settings);
        return channels.save({ ...request.body, id, kind, site, settings });
      });
      recordChange(parts, request, {
        action: 'channel.change',
        subject: id,
        site,
        before: told(before),
        after: told(made),
      });
      return shown(made);
    },
  );

  api.delete(
    '/api/v1/channels/:id',
    {
      config: { access },
      schema: {
        tags,
        summary: 'End a channel; what waits is not told any more',
        params: ChannelPath,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      const before = known(accessOf(request), request.params.id);
      await channels.remove(before.id);
      recordChange(parts, request, {
        action: 'channel.remove',
        subject: before.id,
        site: before.site,
        before: told(before),
      });
      return reply.code(204).send(null);
    },
  );

  api.post(
    '/api/v1/channels/:id/test',
    {
      config: { access },
      schema: {
        tags,
        summary: 'Send a test message now and tell what the server said',
        params: ChannelPath,
        response: { 200: ChannelTest },
      },
    },
    async (request, reply) => {
      const channel = known(accessOf(request), request.params.id);
      const answer = await inWords('channel', () =>
        channels.test(channel, whenGone(reply)).then(
          said => ({ isSent: true, said }),
          (error: unknown) => {
            if (error instanceof SettingsMistakes) throw error;
            return notSent(error);
          },
        ),
      );
      recordChange(parts, request, { action: 'channel.test', subject: channel.id, site: channel.site });
      return answer;
    },
  );

  api.get(
    '/api/v1/channels/:id/deliveries',
    {
      config: { access },
      schema: {
        tags,
        summary: 'What a channel was told last, newest first, and what became of it',
        params: ChannelPath,
        response: { 200: ChannelDeliveries },
      },
    },
    async request => {
      const { id } = known(accessOf(request), request.params.id);
      const rows = await channels.deliveries(id, notifyLimits.logged);
      return rows.map(({ notice, queuedMs, state, message, tries, endedMs, said, why }) => ({
        notice: notice.id,
        rule: notice.rule,
        kind: notice.kind,
        severity: notice.severity,
        atMs: notice.atMs,
        queuedMs,
        state,
        message,
        tries,
        endedMs,
        said,
        why: why && { code: why.code, facts: { ...why.facts } },
      }));
    },
  );
};
