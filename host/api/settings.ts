import { settingsDifferences } from '../settings-differences.ts';
import { recordChange } from './audited.ts';
import { assertMatch } from './conditional.ts';
import { DesiredSettings, GatewayPath, SettingsState } from './contract.ts';
import { mistaken } from './errors.ts';
import { knownGateway } from './gateways.ts';
import type { Routes } from './routes.ts';
import { settingsMistakes } from './settings-check.ts';

export const settingsRoutes: Routes = (api, parts) => {
  const { fleet } = parts;
  const tags = ['gateways'];
  const stateOf = (id: string): SettingsState => {
    const { desired, running, refused } = knownGateway(parts, id);
    return { desired, running, refused: [...refused], differences: settingsDifferences(desired, running) };
  };

  api.get(
    '/api/v1/gateways/:id/settings',
    {
      config: { access: { role: 'viewer', of: 'gateway', in: 'params.id' } },
      schema: {
        tags,
        summary: 'What a gateway shall run, what it runs, and why it refused',
        params: GatewayPath,
        response: { 200: SettingsState },
      },
    },
    async request => stateOf(request.params.id),
  );

  api.put(
    '/api/v1/gateways/:id/settings',
    {
      config: { access: { role: 'admin', of: 'gateway', in: 'params.id' } },
      schema: {
        tags,
        summary: 'New lines and meters for a gateway; sent at once, or as soon as it is online',
        params: GatewayPath,
        body: DesiredSettings,
        response: { 200: SettingsState },
      },
    },
    async request => {
      const { id, about, desired, running } = knownGateway(parts, request.params.id);
      const mistakes = settingsMistakes(request.body, about?.outputs);
      if (mistakes.length > 0) throw mistaken('settings.invalid', mistakes);
      assertMatch(request, stateOf(id));
      const outcome = await fleet.desire(id, request.body);
      if (!outcome.ok) throw mistaken('settings.invalid', outcome.mistakes);
      recordChange(parts, request, {
        action: 'gateway.settings',
        subject: id,
        site: parts.sites.siteOf(id),
        before: desired ?? running,
        after: knownGateway(parts, id).desired,
      });
      return stateOf(id);
    },
  );
};
