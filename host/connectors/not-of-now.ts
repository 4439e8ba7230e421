/** Words of names, in lower case and with `_` between, of what has a meter's unit and is none of its values of now. */
const otherWords =
  /(^|_)(thd|unbalance|imbalance|angle|limit|setpoint|set_point|rated|nominal|maximum|max|minimum|min|peak|threshold|tariff|price|cost|today|yesterday|day|daily|week|weekly|month|monthly|year|yearly)(_|$)/;

/** Whether a name tells of a limit, a peak, a price, or of a sum that begins anew each day or so: none is proposed as a value. */
export const isNotOfNow = (name: string): boolean => otherWords.test(name);
