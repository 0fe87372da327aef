"""What the server calls for each request."""

import os
import sys

from django.core.wsgi import get_wsgi_application

from config import catalogues
from config.serve import end_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

end_with_parent()
catalogues.compile_stale()
django_application = get_wsgi_application()

# Only now are the applications ready.
from renwang.loop.rounds.api.follower import follower  # noqa: E402
from renwang.loop.rounds.api.short_way import short_way  # noqa: E402

application = short_way(django_application)
# What was received is worked out in the background, first what an earlier server left over.
follower.start()
# Whoever computes lets the others go on after this long (by default 5 ms, which each of a batch's statements would wait).
sys.setswitchinterval(0.0005)
