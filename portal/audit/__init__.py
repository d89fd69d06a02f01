"""The record that proves itself: chains of events, a ledger of their heads, anchors outside, and who checks them."""
