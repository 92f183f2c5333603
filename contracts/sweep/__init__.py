"""The boundary sweep: scripts derived from the contract document, the same ones in every run."""
