//! Figures, each beside a peer or a floor of the same run; the programs lie in `src/bin`.
