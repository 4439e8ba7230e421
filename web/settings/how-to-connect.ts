import { css, html, nothing, type TemplateResult } from 'lit';
import type { MadeMqttClient } from '../../host/api/contract.ts';
import { words } from '../i18n/language.ts';

const caUrl = new URL('api/v1/tls/ca', document.baseURI).href;

/** The names that MQTT gives them, which are the same in every language. */
const protocol = 'MQTT 3.1.1';
const tls = 'TLS';

export const howToConnectStyles = css`
  .connect {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    gap: 0.25rem 1rem;
    font-size: 0.9375rem;
  }
  .connect dt {
    color: var(--jg-muted);
  }
  .connect dd {
    overflow-wrap: anywhere;
  }
  .away {
    color: var(--jg-bad);
  }
`;

/** What a program asks for beside its password: where the broker is, and what to listen to. */
export function howToConnect({ id, broker }: MadeMqttClient): TemplateResult {
  const { connect, ...programs } = words().account.programs;
  const { hosts, port, isTls, isLoopback, topic } = broker;
  const row = (name: string, value: string) => html`<dt>${name}</dt><dd><code>${value}</code></dd>`;
  return html`<dl class="connect">
      ${row(connect.host, hosts.join(', '))} ${row(connect.port, String(port))} ${row(programs.id, id)}
      <dt>${connect.speaks}</dt><dd>${protocol}${isTls ? `, ${tls}` : nothing}${isTls ? html` · <a href=${caUrl} download>${connect.authority}</a>` : nothing}</dd>
      ${row(connect.topic, topic)}
    </dl>
    ${isLoopback ? html`<p class="small away">${connect.loopback}</p>` : nothing}`;
}
