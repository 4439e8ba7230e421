import type { ApiParts } from './routes.ts';

/**
 * Ends what let people and programs into a site that is gone: the same id, given anew later, is nobody's of before. Roles
 * go, links and programs of it end, and tokens that were for it alone; so do its alarm rules and channels.
 */
export async function endSiteAccess(
  { auth, broker, channels, alarms, forwards }: ApiParts,
  site: string,
): Promise<void> {
  const { accounts, shares, apiTokens, mqttClients } = auth;
  await accounts.forgetSite(site);
  for (const { id, body } of shares.secrets.list()) if (body.site === site) await shares.secrets.remove(id);
  for (const { id, body } of apiTokens.secrets.list())
    if (body.sites.every(one => one === site)) await apiTokens.secrets.remove(id);
  await alarms.removeOfSite(site);
  await channels.removeOfSite(site);
  await forwards.removeOfSite(site);
  for (const id of await mqttClients.leaveSite(site)) broker.disconnectProgram(id);
}
