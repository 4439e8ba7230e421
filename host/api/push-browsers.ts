import type { Access } from '../auth/access.ts';
import { webPush } from '../notify/channels/web-push.ts';
import { SettingsMistakes } from '../set-up/settings-mistakes.ts';
import { Type } from '../typebox.ts';
import { recordChange } from './audited.ts';
import { NewPushBrowser, PushBrowserEntry, PushBrowserPath, PushOffer } from './contract.ts';
import { ApiFailure, mistaken } from './errors.ts';
import { accessOf } from './guard.ts';
import { hasRole } from './route-access.ts';
import type { Routes } from './routes.ts';
import { mayAdminister } from './set-up-routes.ts';

const tags = ['channels'];

/** A person signs up the browser they sit at; links and tokens are no persons. */
export const pushBrowserRoutes: Routes = (api, parts) => {
  const { channels, auth, log } = parts;
  const { browsers } = channels;
  const access = 'account';

  /** Whoever may not look any more is told nothing any more. */
  const keepAllowed = () => {
    const may = ({ user, site }: { user: string; site: string | null }) =>
      hasRole(auth.accounts.rolesOf(user), site, 'viewer');
    browsers.keepOnly(may).catch(() => log('error', 'browsers could not be signed off', 'notify.failed'));
  };
  keepAllowed();
  const stop = auth.accounts.onChange(keepAllowed);
  api.addHook('onClose', async () => stop());

  // A channel of the host tells of all sites, so it is for those who may look at all of them.
  const channelsOf = (who: Access) =>
    channels.list().filter(({ kind, site }) => kind === webPush.id && hasRole(who.roles, site, 'viewer'));
  const isOwn = ({ user }: Access, browser: { user: string }) => user === browser.user;
  const administers = (who: Access, channel: string) => {
    const known = channels.get(channel);
    return known !== undefined && mayAdminister(who, known.site);
  };

  api.get(
    '/api/v1/push-browsers',
    {
      config: { access },
      schema: {
        tags,
        summary: 'What a browser needs to be signed up, and which are',
        response: { 200: PushOffer },
      },
    },
    async request => {
      const who = accessOf(request);
      return {
        publicKey: browsers.publicKey,
        channels: channelsOf(who).map(({ id, name, site }) => ({ id, name, site })),
        browsers: browsers.list().filter(each => isOwn(who, each) || administers(who, each.channel)),
      };
    },
  );

  api.post(
    '/api/v1/push-browsers',
    {
      config: { access },
      schema: {
        tags,
        summary: 'Sign a browser up for a channel; one that is there already is given another name',
        body: NewPushBrowser,
        response: { 201: PushBrowserEntry },
      },
    },
    async (request, reply) => {
      const who = accessOf(request);
      const { body } = request;
      const channel = channelsOf(who).find(({ id }) => id === body.channel);
      if (channel === undefined)
        throw new ApiFailure('channel.unknown', {
          message: `There is no channel ${body.channel} that browsers are signed up for.`,
          field: 'channel',
        });
      const { site } = channel;
      const made = await channels.signUp({ ...body, user: who.user, site }).catch(error => {
        if (error instanceof SettingsMistakes) throw mistaken('pushBrowser.invalid', error.mistakes);
        throw error;
      });
      const after = { channel: made.channel, label: made.label };
      recordChange(parts, request, { action: 'pushBrowser.create', subject: made.id, site, after });
      return reply.code(201).send(made);
    },
  );

  api.delete(
    '/api/v1/push-browsers/:id',
    {
      config: { access },
      schema: {
        tags,
        summary: 'Sign a browser off: one of your own, or of a channel that you administer',
        params: PushBrowserPath,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      const who = accessOf(request);
      const { id } = request.params;
      const known = browsers.list().find(each => each.id === id);
      if (known === undefined || !(isOwn(who, known) || administers(who, known.channel)))
        throw new ApiFailure('pushBrowser.unknown', { message: `There is no browser ${id}.`, field: 'id' });
      await browsers.remove(id);
      const before = { channel: known.channel, label: known.label };
      const site = channels.get(known.channel)?.site ?? null;
      recordChange(parts, request, { action: 'pushBrowser.remove', subject: id, site, before });
      return reply.code(204).send(null);
    },
  );
};
