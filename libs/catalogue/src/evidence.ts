/** How sure we are that AMPECO sends this name: in its specification, in captured traffic, or reasoned from either. */
export type Evidence = 'documented' | 'seen' | 'inferred';
