import { html, nothing, type TemplateResult } from 'lit';
import type { Role, Site, SiteRoles } from '../../host/api/contract.ts';
import { mayEverywhere } from '../access.ts';
import { everySite, roleIds } from '../account/roles.ts';
import { words } from '../i18n/language.ts';

export const siteName = (sites: readonly Site[], id: string): string =>
  id === everySite ? words().account.role.everySite : (sites.find(site => site.id === id)?.name ?? id);

/** Roles by site in words: `Admin at every site, Viewer at Mill`; where there is one site only, the role alone. */
export function rolesText(roles: SiteRoles, sites: readonly Site[]): string {
  const { role } = words().account;
  const entries = Object.entries(roles);
  if (entries.length === 0) return role.none;
  const isAlone = sites.length < 2 && entries.length === 1;
  return entries
    .map(([site, id]) => (isAlone ? role.names[id] : role.at(role.names[id], siteName(sites, site))))
    .join(', ');
}

/** What may be chosen: every site where somebody has that much to say, then each. */
const choosable = (sites: readonly Site[], least: Role): readonly string[] => [
  ...(mayEverywhere(least) ? [everySite] : []),
  ...sites.filter(({ role }) => roleIds.indexOf(role) >= roleIds.indexOf(least)).map(({ id }) => id),
];

/** Of which sites something is, where there is a choice. `least` is the role that it takes to choose one. */
export function sitesField(
  sites: readonly Site[],
  least: Role,
  chosen: readonly string[],
  choose: (next: readonly string[]) => void,
): TemplateResult | typeof nothing {
  const { role, form } = words().account;
  if (sites.length < 2) return nothing;
  const isAll = chosen.includes(everySite);
  return html`<fieldset>
    <legend>${form.sites}</legend>
    <div class="choices">
      ${choosable(sites, least).map(
        id => html`<label><input type="checkbox" .checked=${chosen.includes(id)} ?disabled=${isAll && id !== everySite}
          @change=${(event: Event) => choose(withOrWithout(chosen, id, event))} />${id === everySite ? role.everywhere : siteName(sites, id)}</label>`,
      )}
    </div>
  </fieldset>`;
}

function withOrWithout(chosen: readonly string[], id: string, { target }: Event): readonly string[] {
  const isIn = target instanceof HTMLInputElement && target.checked;
  if (isIn && id === everySite) return [everySite];
  return isIn ? [...chosen, id] : chosen.filter(one => one !== id);
}

/** What something new is of before anybody chose: the only site there is, as widely as one may. */
export const firstSites = (sites: readonly Site[], least: Role): readonly string[] =>
  sites.length < 2 ? choosable(sites, least).slice(0, 1) : [];

/** A role at each site, and at every one. */
export function rolesField(
  sites: readonly Site[],
  roles: SiteRoles,
  choose: (next: SiteRoles) => void,
): TemplateResult {
  const { role } = words().account;
  // Of a site alone: the whole host is what one means by it.
  const ids = choosable(sites, 'admin');
  const shown = sites.length < 2 ? ids.slice(0, 1) : ids;
  return html`<div class="roles">
    ${shown.map(
      (
        id,
        at,
      ) => html`<label for="role-${at}">${id === everySite ? role.everywhere : siteName(sites, id)}</label>
        <select id="role-${at}" @change=${({ target }: Event) => {
          const value =
            target instanceof HTMLSelectElement ? roleIds.find(one => one === target.value) : undefined;
          const { [id]: _before, ...rest } = roles;
          choose(value === undefined ? rest : { ...rest, [id]: value });
        }}>
          <option value="" .selected=${roles[id] === undefined}>${role.none}</option>
          ${roleIds.map(one => html`<option value=${one} .selected=${roles[id] === one}>${role.names[one]}</option>`)}
        </select>`,
    )}
  </div>
  <ul class="small muted">${roleIds.map(id => html`<li>${role.names[id]}: ${role.help[id]}</li>`)}</ul>`;
}
