interface Statement {
  readonly name: string;
  readonly text: string;
  readonly values: unknown[];
}

/**
 * Removes kept rejections while they are admitted, before the transaction registers in the feed: whoever waits here for
 * another who admits the same holds nothing up. In one order, so that two cannot wait in a circle.
 */
export function removeRejections(ids: readonly string[]): Statement {
  return {
    name: 'readmit_remove_rejections',
    text: `with kept as (select id from rejection where id = any ($1::uuid[]) order by id for update)
           delete from rejection r using kept where r.id = kept.id`,
    values: [ids],
  };
}
