import { css, html, nothing, type TemplateResult } from 'lit';
import type { OwnSession, Session, Site } from '../../host/api/contract.ts';
import { agentName } from '../account/agent-name.ts';
import { api } from '../api.ts';
import '../account/jg-new-password.ts';
import { formatAgo, formatTime } from '../format.ts';
import { locale, words } from '../i18n/language.ts';
import { hostNow } from '../site/clock.ts';
import { basics, controls } from '../styles.ts';
import './jg-second-factor.ts';
import { ListPart } from './list-part.ts';
import { listStyles } from './list-styles.ts';
import { rolesText } from './site-fields.ts';

/** Who is signed in: what they may, their password, their second factor, and where else they are signed in. */
export class JgAccount extends ListPart<OwnSession> {
  static override properties = {
    ...ListPart.properties,
    session: { attribute: false },
    sites: { attribute: false },
  };
  static override styles = [
    basics,
    controls,
    listStyles,
    css`
      dl {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: 0.5rem 1.5rem;
      }
      dt {
        color: var(--jg-muted);
      }
      dd {
        overflow-wrap: anywhere;
      }
      jg-new-password {
        max-width: 25rem;
      }
    `,
  ];

  declare session: Session;
  declare sites: readonly Site[];

  constructor() {
    super();
    this.sites = [];
    this.addEventListener('jg-password', () => {
      this.isAdding = false;
      this.said = words().account.newPassword.done;
      void this.load();
    });
  }

  protected ask(): Promise<readonly OwnSession[]> {
    return api.ownSessions();
  }

  protected override render(): TemplateResult {
    const { account, nav, frame } = words();
    const { own } = account;
    return html`<section class="panel" aria-labelledby="who">
        <h2 id="who" class="visually-hidden">${account.parts.account}</h2>
        <dl>
          <dt>${frame.settings.signedInAs}</dt><dd>${this.session.user}</dd>
          <dt>${own.roles}</dt><dd>${rolesText(this.session.roles, this.sites)}</dd>
        </dl>
        ${this.told()}
        <div class="row">
          <button aria-expanded=${this.isAdding} @click=${() => {
            this.isAdding = !this.isAdding;
          }}>${own.change}</button>
          <button @click=${() => this.tell('jg-sign-out')}>${nav.signOut}</button>
        </div>
        ${this.isAdding ? html`<jg-new-password .user=${this.session.user}></jg-new-password>` : nothing}
      </section>
      <jg-second-factor class="panel" .isOn=${this.session.hasSecondFactor}></jg-second-factor>
      <section class="panel" aria-labelledby="sessions">
        <h2 id="sessions">${own.sessions}</h2>
        ${this.list(own.onlyThis, one => this.#one(one))}
        ${
          (this.items ?? []).length < 2
            ? nothing
            : html`<div class="row"><button ?disabled=${this.isBusy} @click=${() => this.work(() => api.endOtherSessions(), own.ended)}>${own.endOthers}</button></div>`
        }
        <p class="small muted">${frame.settings.sessionHelp}</p>
      </section>`;
  }

  #one({ id, agent, address, createdMs, seenMs, expiresMs, isThis }: OwnSession): TemplateResult {
    const { own } = words().account;
    const time = (atMs: number) => formatTime(atMs, 'dayTime', locale());
    const name = agent === '' ? own.unknownAgent : agentName(agent);
    const facts = [
      own.from(address),
      own.begun(time(createdMs)),
      ...(isThis ? [] : [own.seen(formatAgo(hostNow() - seenMs, locale()))]),
      own.ends(time(expiresMs)),
    ];
    return html`<li>
      <div><h3>${name}</h3><p class="small muted number">${facts.join(' · ')}</p></div>
      ${
        isThis
          ? html`<p class="small">${own.here}</p>`
          : html`<div class="row"><button ?disabled=${this.isBusy} aria-label=${own.endOf(name)}
              @click=${() => this.work(() => api.endSession(id), own.ended)}>${own.end}</button></div>`
      }
    </li>`;
  }
}

customElements.define('jg-account', JgAccount);
