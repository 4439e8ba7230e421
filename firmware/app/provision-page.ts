import type { FoundHost, ProvisionState } from './provision.ts';
import type { ProvisionFault } from './provision-order.ts';
import type { ProvisionWords } from './provision-words.ts';

/** What the page shows. No secret is among it but the token, which is what makes a form this page's own. */
export interface ProvisionView {
  readonly language: string;
  readonly device: string;
  readonly token: string;
  readonly state: ProvisionState;
  readonly isBusy: boolean;
  readonly fault: ProvisionFault | undefined;
  readonly detail: string;
  readonly hasWifi: boolean;
  readonly wifiName: string;
  readonly networks: readonly { readonly name: string; readonly rssiDbm: number }[];
  readonly hosts: readonly FoundHost[];
}

const style =
  'body{font:17px/1.5 system-ui,sans-serif;margin:0 auto;max-width:26rem;padding:1rem}' +
  'label{display:block;font-weight:600;margin-top:1rem}' +
  'input,button{font:inherit;width:100%;box-sizing:border-box;padding:.6rem;margin-top:.25rem}' +
  'small{color:#555}button{margin-top:1.5rem;background:#0a5c8f;color:#fff;border:0;border-radius:.4rem}' +
  '.s,.f{padding:.75rem;border-radius:.4rem;background:#e7f1f7}.f{background:#fdeaea;color:#8f0a1c}' +
  '@media(prefers-color-scheme:dark){body{background:#14191e;color:#e8edf1}small{color:#a9b4bd}' +
  '.s{background:#1d3342}.f{background:#43191e;color:#ffb3bb}}';

/** The page of a gateway that is not set up: one form, no script, nothing from elsewhere. While it works it loads anew. */
export function provisionPage(view: ProvisionView, words: ProvisionWords): string {
  const { language, device, state, isBusy, fault, detail } = view;
  const why = detail === '' ? '' : ` <small>(${escaped(detail)})</small>`;
  return (
    `<!doctype html><html lang="${language}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
    (isBusy ? '<meta http-equiv="refresh" content="2">' : '') +
    `<title>Joulegate</title><style>${style}</style><h1>${words.title}</h1><p><small>${escaped(device)}</small></p>` +
    `<p class="s" role="status">${words.states[state]}</p>` +
    (fault === undefined ? '' : `<p class="f" role="alert">${words.faults[fault]}${why}</p>`) +
    (isBusy ? '' : form(view, words)) +
    '</html>'
  );
}

function form({ token, hasWifi, wifiName, networks, hosts }: ProvisionView, words: ProvisionWords): string {
  const names = networks.map(({ name, rssiDbm }) => `<option value="${escaped(name)}">${rssiDbm} dBm`);
  const found = hosts.map(
    ({ name, host, port }) => `<option value="${escaped(`${host}:${port}`)}">${escaped(name)}`,
  );
  const password = wifiName === '' ? '' : help(words.keptPassword);
  const wifi =
    field('wifiName', words.wifi, `list="n" maxlength="32" required value="${escaped(wifiName)}"`) +
    `<datalist id="n">${names.join('')}</datalist>${help(words.wifiHelp)} <small><a href="/?scan">${words.scan}</a></small>` +
    field('wifiPassword', words.password, 'type="password" maxlength="64"') +
    password;
  return (
    `<p>${words.intro}</p><form method="post" action="/"><input type="hidden" name="token" value="${token}">` +
    (hasWifi ? wifi : '') +
    field('host', words.host, 'list="h" maxlength="128" inputmode="url"') +
    `<datalist id="h">${found.join('')}</datalist>${help(words.hostHelp)}` +
    found
      .map(option => `<br><small>${option.replace('<option value="', '').replace('">', ' – ')}</small>`)
      .join('') +
    field('code', words.code, 'maxlength="32" required autocapitalize="characters"') +
    `${help(words.codeHelp)}<button>${words.submit}</button></form>`
  );
}

const field = (name: string, label: string, more: string): string =>
  `<label for="${name}">${label}</label><input id="${name}" name="${name}" autocomplete="off" spellcheck="false" ${more}>`;

const help = (text: string): string => `<small>${text}</small>`;

/** Names of networks and hosts are what strangers chose. */
export const escaped = (text: string): string =>
  text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/'/g, '&#39;');
