import { html, nothing, type TemplateResult } from 'lit';
import type { ConnectorEntry, Site } from '../../host/api/contract.ts';
import { words } from '../i18n/language.ts';
import { choiceField } from '../parts/choice-field.ts';
import { renamed } from '../set-up/draft.ts';
import { wrongAt } from '../set-up/form-fields.ts';
import type { Mistakes } from '../set-up/mistakes.ts';
import { ownField } from '../set-up/own-field.ts';

/** What a source of any kind has. */
export interface Own {
  readonly id: string;
  readonly name: string;
  /** Empty: the host chooses. */
  readonly site: string;
}

export const ownOf = (entry: ConnectorEntry | null, site: string): Own =>
  entry === null ? { id: '', name: '', site } : { id: entry.id, name: entry.name, site: entry.site };

export interface OwnForm {
  readonly own: Own;
  readonly entry: ConnectorEntry | null;
  readonly sites: readonly Site[];
  readonly mistakes: Mistakes;
  readonly change: (own: Own) => void;
}

/** Name, id and, where there are several, the site; of one that is there its id and site stay. */
export function ownFields({ own, entry, sites, mistakes, change }: OwnForm): TemplateResult {
  const { setUp, sources } = words();
  const isNew = entry === null;
  const field = (of: 'name' | 'id', label: string, help: string, set: (value: string) => void) =>
    ownField({ of, label, help, value: own[of], isFixed: of === 'id' && !isNew, mistakes, set });
  return html`<div class="fields">
    ${field('name', setUp.name, sources.nameHelp, name => {
      const { id } = isNew ? renamed({ id: own.id, name: own.name }, name) : own;
      change({ ...own, name, id: typeof id === 'string' ? id : own.id });
    })}
    ${field('id', sources.id, setUp.idHelp, id => change({ ...own, id }))}
    ${
      isNew && sites.length > 1
        ? html`<div>
            ${choiceField(
              'of.site',
              setUp.site,
              own.site,
              sites.map(({ id, name }) => [id, name ?? id]),
              ({ value }) => change({ ...own, site: value }),
            )}
            ${wrongAt(mistakes, 'of.site')}
          </div>`
        : nothing
    }
  </div>`;
}
