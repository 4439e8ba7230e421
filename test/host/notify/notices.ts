import type { Notice } from '../../../host/notify/notice.ts';

/** A notice as an alarm makes it. */
export const noticeOf = (id: string, more: Partial<Notice> = {}): Notice => ({
  id,
  atMs: Date.UTC(2026, 10, 21, 12),
  kind: 'began',
  severity: 'warning',
  rule: 'Too much power',
  site: 'home',
  gateway: 'attic',
  meter: 'heatpump',
  subject: 'powerW',
  value: 3712.4,
  unit: 'W',
  condition: '> 3500 W for 60 s',
  ...more,
});
