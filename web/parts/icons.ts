import { html, type SVGTemplateResult, svg, type TemplateResult } from 'lit';

/** The page's own icons: 24 units square, drawn with the text's colour. */
const paths = {
  logo: svg`<path d="M2 14h4l2.5-8 4.5 14 3.5-9 1.5 3H22"/>`,
  overview: svg`<path d="M4 11.5 12 5l8 6.5M6 10v9h12v-9"/>`,
  history: svg`<path d="M4 19V5M4 19h16M8 14l3-4 3 2 5-6"/>`,
  ledger: svg`<path d="M5 4h14v16H5zM9 9l1.5 1.5L13 8m2.5 1.5h.5M9 15l1.5 1.5L13 14m2.5 1.5h.5"/>`,
  keys: svg`<path d="M3 7h18v10H3zM6.5 10.5h.1m3.6 0h.1m3.5 0h.1m3.5 0h.1M8.5 13.8h7"/>`,
  more: svg`<path d="M5.5 12h.1m6.3 0h.1m6.3 0h.1" stroke-width="2.6"/>`,
  menu: svg`<path d="M4 7h16M4 12h16M4 17h16"/>`,
  left: svg`<path d="m14.5 6-6 6 6 6"/>`,
  right: svg`<path d="m9.5 6 6 6-6 6"/>`,
  plus: svg`<path d="M12 5v14M5 12h14"/>`,
  remove: svg`<path d="M5 7h14M10 7V4.5h4V7m3 0-.8 12.5H7.8L7 7m3.5 4v5m3-5v5"/>`,
  minus: svg`<path d="M5 12h14"/>`,
  in: svg`<path d="M12 5v13m-5-5 5 5 5-5"/>`,
  out: svg`<path d="M12 19V6m-5 5 5-5 5 5"/>`,
  alert: svg`<path d="M12 4 2.5 20h19L12 4Zm0 6v5m0 2.4v.1"/>`,
  table: svg`<path d="M4 5h16v14H4zM4 10h16M4 14.5h16M10 5v14"/>`,
  gateways: svg`<path d="M5 14h14v5H5zM8 16.5h.1M12 14v-4M8.5 7.5a5 5 0 0 1 7 0M6 5a8.5 8.5 0 0 1 12 0"/>`,
  doctor: svg`<path d="M3 12h4l2-5 4 10 2-5h6"/>`,
  aim: svg`<path d="M12 3v4m0 10v4M3 12h4m10 0h4M12 12h.1"/><circle cx="12" cy="12" r="5.5"/>`,
  tick: svg`<path d="m5 12.5 4.5 4.5L19 7.5"/>`,
  pause: svg`<path d="M9 6v12M15 6v12"/>`,
  play: svg`<path d="m8 5.5 10 6.5-10 6.5Z"/>`,
  copy: svg`<path d="M9 9h10v11H9zM6 15H5V4h10v2"/>`,
  download: svg`<path d="M12 4v11m-4.5-4.5L12 15l4.5-4.5M5 20h14"/>`,
  sound: svg`<path d="M4 10v4h3.5L12 18V6L7.5 10ZM15.5 9a4 4 0 0 1 0 6M18 6.5a7.5 7.5 0 0 1 0 11"/>`,
  mute: svg`<path d="M4 10v4h3.5L12 18V6L7.5 10ZM16 9.5l5 5m0-5-5 5"/>`,
  turn: svg`<path d="M19 12a7 7 0 1 1-2.5-5.4M17 3v4h-4"/>`,
  lock: svg`<path d="M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3"/>`,
  dark: svg`<path d="M4 4l16 16M9.5 5.5A7 7 0 0 1 18.5 14.5M6.5 8A7 7 0 0 0 12 19a7 7 0 0 0 3.5-1"/>`,
  wait: svg`<circle cx="12" cy="12" r="8"/><path d="M12 7.5V12l3 2"/>`,
  structure: svg`<path d="M9 3.5h6v5H9zM3.5 15.5h6v5h-6zM14.5 15.5h6v5h-6zM12 8.5V12M6.5 15.5V12h11v3.5"/>`,
  alarms: svg`<path d="M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 2h-15ZM10 18.5a2 2 0 0 0 4 0M12 5V3.5"/>`,
  data: svg`<path d="M5 6c0-1.7 3.1-3 7-3s7 1.3 7 3v12c0 1.7-3.1 3-7 3s-7-1.3-7-3ZM5 6c0 1.7 3.1 3 7 3s7-1.3 7-3M5 12c0 1.7 3.1 3 7 3s7-1.3 7-3"/>`,
  settings: svg`<path d="M4 7h9m5 0h2M4 17h2m5 0h9"/><circle cx="15.5" cy="7" r="2.5"/><circle cx="8.5" cy="17" r="2.5"/>`,
  meter: svg`<path d="M5 4h14v16H5zM8 7.5h8v4H8zM9 16.5h.1m2.9 0h.1m2.9 0h.1"/>`,
  edit: svg`<path d="M5 19h3.5L19 8.5 15.5 5 5 15.5ZM13 7.5l3.5 3.5"/>`,
  close: svg`<path d="m6 6 12 12M18 6 6 18"/>`,
  up: svg`<path d="m6 14.5 6-6 6 6"/>`,
  down: svg`<path d="m6 9.5 6 6 6-6"/>`,
  compare: svg`<path d="M4 16l4-6 4 3 4-7 4 3"/><path d="M4 20l4-3 4 1 4-4 4 1" stroke-dasharray="2 2.5"/>`,
  calendar: svg`<path d="M4.5 6h15v14h-15zM4.5 10.5h15M8.5 3.5v4m7-4v4"/>`,
  upload: svg`<path d="M12 15V4M7.5 8.5 12 4l4.5 4.5M5 20h14"/>`,
  search: svg`<circle cx="11" cy="11" r="6"/><path d="m15.5 15.5 4.5 4.5"/>`,
  offline: svg`<path d="M4 4l16 16M3 10a13 13 0 0 1 4-2.7M10 5.7a13 13 0 0 1 11 4.3M6.5 13.5a8 8 0 0 1 4.5-2.3m3.5.6a8 8 0 0 1 3 1.7M12 18h.1"/>`,
  sun: svg`<circle cx="12" cy="12" r="4"/><path d="M12 3v2.5M12 18.5V21M3 12h2.5M18.5 12H21M5.6 5.6l1.8 1.8M16.6 16.6l1.8 1.8M18.4 5.6l-1.8 1.8M7.4 16.6l-1.8 1.8"/>`,
  battery: svg`<path d="M3.5 8h15v8h-15zM18.5 10.5h2v3h-2M7 10.5v3m3-3v3"/>`,
  grid: svg`<path d="M9 3h6l4 18M9 3 5 21M6.5 9h11M7.6 14h8.8M8.6 9l7.8 5M15.4 9l-7.8 5"/>`,
  eye: svg`<path d="M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12Z"/><circle cx="12" cy="12" r="3"/>`,
  share: svg`<path d="M8.2 10.8l7.6-4M8.2 13.2l7.6 4"/><circle cx="6" cy="12" r="2.5"/><circle cx="18" cy="5.5" r="2.5"/><circle cx="18" cy="18.5" r="2.5"/>`,
  person: svg`<circle cx="12" cy="8" r="3.8"/><path d="M4.5 20a7.5 7.5 0 0 1 15 0"/>`,
  print: svg`<path d="M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7Z"/>`,
  load: svg`<path d="M8 3v5m8-5v5M6 8h12v3a6 6 0 0 1-12 0ZM12 17v4"/>`,
} as const satisfies Record<string, SVGTemplateResult>;

export type IconName = keyof typeof paths;

/** An icon beside words; it says nothing to a screen reader of its own. */
export const icon = (name: IconName, size = 20): TemplateResult => html`<svg
  aria-hidden="true"
  width=${size}
  height=${size}
  viewBox="0 0 24 24"
  fill="none"
  stroke="currentColor"
  stroke-width="1.8"
  stroke-linecap="round"
  stroke-linejoin="round"
>${paths[name]}</svg>`;
