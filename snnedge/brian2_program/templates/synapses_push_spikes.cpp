{# A dense pathway reads its source's spikes itself: there is no queue to fill.
   USES_VARIABLES { _n_sources, _n_targets, delay, _source_dt } #}
{% extends 'brian2/synapses_push_spikes.cpp' %}

{% block before_code %}{% if owner.template != 'dense' %}{{ super() }}{% endif %}{% endblock %}

{% block maincode %}{% if owner.template != 'dense' %}{{ super() }}{% endif %}{% endblock %}
