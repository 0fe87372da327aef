"""The reasons a score may have: each code with the names of its values. The words are told elsewhere."""

REASONS: dict[str, tuple[str, ...]] = {
    # Shares are of one: 0.82 is 82 %. `now` is of the days looked at, `usual` of the firm's own base.
    "night_as_day": ("now", "usual"),
    "flat_load": ("now", "usual"),
    "smooth_load": ("now", "usual"),
    "weekend_as_weekday": ("now", "usual"),
    "same_every_day": ("now", "usual"),
    "unlike_own_base": ("likeness",),
    "jump_after_notice": ("before", "after"),
    "few_at_gate": ("gate_share", "use"),
    "few_staff": ("staff_share", "use"),
    "no_goods": ("use",),
}
